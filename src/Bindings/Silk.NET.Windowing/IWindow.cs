namespace Silk.NET.Windowing;

/// <summary>A window of the desktop.</summary>
public interface IWindow : IWindowProperties, IView
{
    new bool IsClosing { get; set; }
}
