namespace Silk.NET.Core.Contexts;

/// <summary>A window's handles in the libraries under it.</summary>
public interface INativeWindow
{
    /// <summary>The GLFWwindow; null where the window is not GLFW's.</summary>
    nint? Glfw { get; }
}
