namespace NarVulkan.ShaderCompiler;

/// <summary>One compiled form of a shader: <c>{Stem}.comp</c> with a set of macros, or a vertex or fragment shader, which has one form.</summary>
/// <param name="Stem">File name of the shader: of compute shaders without extension, of others with it.</param>
/// <param name="Variant">Name in <c>shaders/variants.json</c>, or null for a shader that has one form only.</param>
/// <param name="Macros">Preprocessor macros, ordered by name.</param>
internal sealed record ShaderVariant(string Stem, string? Variant, SortedDictionary<string, string> Macros)
{
    /// <summary>Stem of the compiled file and of the embedded resource.</summary>
    public string Name => Variant is null ? Stem : $"{Stem}.{Variant}";

    /// <summary>File name of the source.</summary>
    public string SourceFile => IsCompute ? Stem + ".comp" : Stem;

    /// <summary>Name of the pipeline stage, as glslc calls it.</summary>
    public string Stage => Path.GetExtension(Stem) switch { ".vert" => "vertex", ".frag" => "fragment", _ => "compute" };

    private bool IsCompute => Stage == "compute";

    /// <summary>Whether it is written for cooperative matrices or integer dot products, which older compilers do not know: its name says so.</summary>
    public bool NeedsNewCompiler => Name.Contains("cooperative", StringComparison.Ordinal) || Name.Contains("integer", StringComparison.Ordinal);
}
