namespace Silk.NET.Shaderc;

/// <summary>Options of a compilation; native, seen by pointer only.</summary>
public struct CompileOptions
{
}
