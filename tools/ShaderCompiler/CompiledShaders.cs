namespace NarVulkan.ShaderCompiler;

/// <summary>Keeps <c>shaders/compiled</c> in step with the sources.</summary>
internal static class CompiledShaders
{
    /// <summary>Lists what is wrong with the compiled folder, one line each; empty when everything is in step.</summary>
    public static IReadOnlyList<string> Check(ShaderTree tree)
    {
        var variants = tree.Variants();
        var problems = variants.Select(variant => Problem(tree, variant)).OfType<string>().ToList();
        problems.AddRange(Orphans(tree, variants).Select(path => $"{Path.GetFileName(path)}: no shader or variant of this name"));
        return problems;
    }

    /// <summary>What is wrong with one compiled shader, or null.</summary>
    public static string? Problem(ShaderTree tree, ShaderVariant variant)
    {
        if (!File.Exists(tree.BinaryPath(variant)))
        {
            return $"{variant.Name}: not compiled";
        }

        var record = CompilationRecord.Read(tree.RecordPath(variant));
        if (record is null)
        {
            return $"{variant.Name}: {variant.Name}.json is missing or unreadable";
        }

        if (record.SourceSha256 != SourceHash.Compute(tree, variant))
        {
            return $"{variant.Name}: the source, an included file or its macros changed since it was compiled";
        }

        return record.SpirvSha256 == CompilationRecord.HashOf(File.ReadAllBytes(tree.BinaryPath(variant)))
            ? null
            : $"{variant.Name}: {variant.Name}.spv is not the file that was compiled";
    }

    /// <summary>Compiles one variant and writes the module and its record.</summary>
    public static void Compile(ShaderTree tree, ShaderVariant variant, IShaderCompiler compiler)
    {
        var spirv = compiler.Compile(tree, variant);
        Directory.CreateDirectory(tree.CompiledFolder);
        File.WriteAllBytes(tree.BinaryPath(variant), spirv);
        new CompilationRecord(
            variant.SourceFile,
            variant.Macros,
            SourceHash.Compute(tree, variant),
            CompilationRecord.HashOf(spirv),
            compiler.Describe(variant)).Write(tree.RecordPath(variant));
    }

    /// <summary>Files in the compiled folder that belong to no variant.</summary>
    public static IEnumerable<string> Orphans(ShaderTree tree, IReadOnlyList<ShaderVariant> variants)
    {
        if (!Directory.Exists(tree.CompiledFolder))
        {
            return [];
        }

        var known = variants.Select(variant => variant.Name).ToHashSet();
        return Directory.GetFiles(tree.CompiledFolder)
            .Where(path => Path.GetExtension(path) is ".spv" or ".json" && !known.Contains(Path.GetFileNameWithoutExtension(path)));
    }
}
