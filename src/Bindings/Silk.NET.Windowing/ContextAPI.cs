namespace Silk.NET.Windowing;

/// <summary>The graphics API that a window is for; only Vulkan and none can be had here.</summary>
public enum ContextAPI
{
    None = 0,
    Vulkan = 1,
    OpenGL = 2,
    OpenGLES = 3,
}
