using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>Something that is rendered to. Everything is called on the thread that initialised it.</summary>
public interface IView : IViewProperties, INativeWindowSource, IVkSurfaceSource, IDisposable
{
    event Action<Vector2D<int>>? FramebufferResize;

    event Action? Closing;

    event Action? Load;

    event Action<double>? Update;

    event Action<double>? Render;

    /// <summary>Handle in the library under it: the GLFWwindow.</summary>
    nint Handle { get; }

    bool IsClosing { get; }

    /// <summary>Seconds since it was initialised.</summary>
    double Time { get; }

    /// <summary>In pixels; zero while it is minimised on some systems.</summary>
    Vector2D<int> FramebufferSize { get; }

    bool IsInitialized { get; }

    /// <summary>Asks it to close, as the user's click on the cross does.</summary>
    void Close();

    /// <summary>Handles what has happened since the last call.</summary>
    void DoEvents();

    void DoUpdate();

    void DoRender();

    void Initialize();

    /// <summary>Closes it for good.</summary>
    void Reset();

    /// <summary>Calls <paramref name="onFrame"/> until it is closing.</summary>
    void Run(Action onFrame);
}
