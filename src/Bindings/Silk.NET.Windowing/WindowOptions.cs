using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>What <see cref="Window.Create"/> is asked for. What concerns OpenGL is here for the layout's sake and is ignored.</summary>
public struct WindowOptions
{
    public bool IsVisible { get; set; }

    public bool ShouldSwapAutomatically { get; set; }

    public bool IsEventDriven { get; set; }

    public bool IsContextControlDisabled { get; set; }

    public VideoMode VideoMode { get; set; }

    public int? PreferredDepthBufferBits { get; set; }

    public int? PreferredStencilBufferBits { get; set; }

    public Vector4D<int>? PreferredBitDepth { get; set; }

    public int? Samples { get; set; }

    public Vector2D<int> Position { get; set; }

    /// <summary>In screen coordinates, which are pixels but on displays that scale.</summary>
    public Vector2D<int> Size { get; set; }

    public double FramesPerSecond { get; set; }

    public double UpdatesPerSecond { get; set; }

    public GraphicsAPI API { get; set; }

    public bool VSync { get; set; }

    public string Title { get; set; }

    public WindowState WindowState { get; set; }

    public WindowBorder WindowBorder { get; set; }

    public bool TransparentFramebuffer { get; set; }

    public bool TopMost { get; set; }

    public IGLContext? SharedContext { get; set; }

    public string? WindowClass { get; set; }

    public static WindowOptions Default => new()
    {
        IsVisible = true,
        ShouldSwapAutomatically = true,
        Position = new(50, 50),
        Size = new(1280, 720),
        Title = "Silk.NET Window",
        API = GraphicsAPI.None,
        VSync = true,
    };

    public static WindowOptions DefaultVulkan => Default with { API = GraphicsAPI.DefaultVulkan, ShouldSwapAutomatically = false, VSync = false };
}
