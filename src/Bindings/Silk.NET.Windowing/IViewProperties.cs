using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>What a view is set to.</summary>
public interface IViewProperties
{
    bool IsEventDriven { get; set; }

    /// <summary>In screen coordinates.</summary>
    Vector2D<int> Size { get; }

    GraphicsAPI API { get; }
}
