namespace Silk.NET.Shaderc;

/// <summary>Language of a source.</summary>
public enum SourceLanguage
{
    Glsl = 0,
    Hlsl = 1,
}
