namespace Silk.NET.Core.Contexts;

/// <summary>An OpenGL context: only a type that window options mention.</summary>
public interface IGLContext : INativeContext
{
}
