namespace Silk.NET.Shaderc;

/// <summary>A compiler; native, seen by pointer only.</summary>
public struct Compiler
{
}
