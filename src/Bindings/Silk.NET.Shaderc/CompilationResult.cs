namespace Silk.NET.Shaderc;

/// <summary>The outcome of a compilation; native, seen by pointer only.</summary>
public struct CompilationResult
{
}
