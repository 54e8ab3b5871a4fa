namespace NarVulkan.Windowing;

/// <summary>A key of the keyboard, by the code that GLFW gives it: that of the letter or the digit on it in the US layout.</summary>
public enum WindowKey
{
    Space = 32,
    R = 82,
    S = 83,
    Escape = 256,
    Right = 262,
}
