namespace Silk.NET.Windowing;

/// <summary>Of OpenGL only. (The second name is spelled as in Silk.NET.)</summary>
public enum ContextProfile
{
    Core = 0,
    Compatability = 1,
}
