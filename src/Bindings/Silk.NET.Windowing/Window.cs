using Silk.NET.Windowing.Glfw;

namespace Silk.NET.Windowing;

/// <summary>Makes windows; here always GLFW's.</summary>
public static class Window
{
    /// <summary>Chooses GLFW where there is more than one library.</summary>
    public static void PrioritizeGlfw()
    {
        // There is no other.
    }

    /// <summary>A window that <see cref="IView.Initialize"/> opens.</summary>
    /// <exception cref="PlatformNotSupportedException">GLFW is not installed, or there is no display.</exception>
    public static IWindow Create(WindowOptions options) =>
        GlfwLibrary.TryInitialise(out string? problem)
            ? new GlfwWindow(options)
            : throw new PlatformNotSupportedException($"Couldn't find a suitable window platform. {problem}");
}
