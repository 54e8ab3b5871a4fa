using System.Diagnostics;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace Silk.NET.Windowing.Glfw;

/// <summary>A window of GLFW. Owns the GLFWwindow; what has changed since the last look is found out in <see cref="DoEvents"/>.</summary>
internal sealed class GlfwWindow(WindowOptions options) : IWindow, INativeWindow
{
    private const int Iconified = 0x00020002, Maximized = 0x00020008;

    private readonly Stopwatch clock = new();
    private nint window;
    private string title = options.Title;
    private (int Width, int Height) lastFramebuffer;
    private bool closingTold;
    private double lastUpdate, lastRender;

    public event Action<Vector2D<int>>? FramebufferResize;

    public event Action? Closing;

    public event Action? Load;

    public event Action<double>? Update;

    public event Action<double>? Render;

    public nint Handle => window;

    public nint? Glfw => window;

    public INativeWindow? Native => IsInitialized ? this : null;

    public IVkSurface? VkSurface => IsInitialized && GlfwLibrary.VulkanSupported() ? new GlfwSurface(window) : null;

    public bool IsInitialized => window != 0;

    public double Time => clock.Elapsed.TotalSeconds;

    public GraphicsAPI API => options.API;

    public bool IsEventDriven { get; set; } = options.IsEventDriven;

    public Vector2D<int> FramebufferSize => IsInitialized ? Vector(GlfwLibrary.FramebufferSize(window)) : default;

    public bool IsClosing
    {
        get => IsInitialized && GlfwLibrary.ShouldClose(window);
        set
        {
            GlfwLibrary.SetShouldClose(window, value);
            closingTold &= value;
        }
    }

    public bool IsVisible
    {
        get => GlfwLibrary.Attribute(window, GlfwLibrary.Visible) != 0;
        set => GlfwLibrary.Call(value ? "glfwShowWindow" : "glfwHideWindow", window);
    }

    public Vector2D<int> Size
    {
        get => IsInitialized ? Vector(GlfwLibrary.Size(window)) : options.Size;
        set => GlfwLibrary.SetSize(window, value.X, value.Y);
    }

    public string Title
    {
        get => title;
        set
        {
            title = value;
            if (IsInitialized)
            {
                GlfwLibrary.SetTitle(window, value);
            }
        }
    }

    public WindowState WindowState
    {
        get => GlfwLibrary.Attribute(window, Iconified) != 0 ? WindowState.Minimized
            : GlfwLibrary.Attribute(window, Maximized) != 0 ? WindowState.Maximized
            : WindowState.Normal;
        set => GlfwLibrary.Call(
            value switch
            {
                WindowState.Normal => "glfwRestoreWindow",
                WindowState.Minimized => "glfwIconifyWindow",
                WindowState.Maximized => "glfwMaximizeWindow",
                _ => throw new NotSupportedException($"{value} needs the real Silk.NET.Windowing."),
            },
            window);
    }

    /// <exception cref="InvalidOperationException">GLFW could not open a window.</exception>
    public void Initialize()
    {
        GlfwLibrary.WindowHint(GlfwLibrary.ClientApi, GlfwLibrary.NoApi);
        GlfwLibrary.WindowHint(GlfwLibrary.Visible, 0);
        GlfwLibrary.WindowHint(GlfwLibrary.Resizable, options.WindowBorder == WindowBorder.Resizable ? 1 : 0);
        window = GlfwLibrary.CreateWindow(options.Size.X, options.Size.Y, title);
        if (window == 0)
        {
            throw new InvalidOperationException($"The window could not be opened. {GlfwLibrary.LastError()}");
        }

        GlfwLibrary.SetPosition(window, options.Position.X, options.Position.Y);
        IsVisible = options.IsVisible;
        lastFramebuffer = GlfwLibrary.FramebufferSize(window);
        clock.Restart();
        (lastUpdate, lastRender) = (0, 0);
        Load?.Invoke();
    }

    public void DoEvents()
    {
        if (IsEventDriven)
        {
            GlfwLibrary.WaitEvents();
        }
        else
        {
            GlfwLibrary.PollEvents();
        }

        if (IsInitialized && GlfwLibrary.FramebufferSize(window) is var size && size != lastFramebuffer)
        {
            lastFramebuffer = size;
            FramebufferResize?.Invoke(Vector(size));
        }

        if (IsClosing && !closingTold)
        {
            closingTold = true;
            Closing?.Invoke();
        }
    }

    public void DoUpdate() => Update?.Invoke(Delta(ref lastUpdate));

    public void DoRender() => Render?.Invoke(Delta(ref lastRender));

    public void Run(Action onFrame)
    {
        while (!IsClosing)
        {
            onFrame();
        }
    }

    public void Close() => IsClosing = true;

    public void Reset()
    {
        if (IsInitialized)
        {
            GlfwLibrary.DestroyWindow(window);
            window = 0;
        }
    }

    public void Dispose() => Reset();

    private double Delta(ref double last)
    {
        double now = Time, delta = now - last;
        last = now;
        return delta;
    }

    private static Vector2D<int> Vector((int X, int Y) pair) => new(pair.X, pair.Y);
}
