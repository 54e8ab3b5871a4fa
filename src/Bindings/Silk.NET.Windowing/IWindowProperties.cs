using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>What a window is set to.</summary>
public interface IWindowProperties : IViewProperties
{
    bool IsVisible { get; set; }

    new Vector2D<int> Size { get; set; }

    string Title { get; set; }

    WindowState WindowState { get; set; }
}
