namespace NarVulkan.ShaderCompiler;

/// <summary>Turns one variant of one GLSL shader into SPIR-V.</summary>
internal interface IShaderCompiler
{
    /// <summary>Compiler, version and options, as recorded beside the compiled file.</summary>
    string Describe(ShaderVariant variant);

    /// <summary>Compiles and returns the SPIR-V module's bytes.</summary>
    /// <exception cref="ShaderCompilationException">The shader has an error, or the compiler cannot be run.</exception>
    byte[] Compile(ShaderTree tree, ShaderVariant variant);
}
