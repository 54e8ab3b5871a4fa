namespace NarVulkan.ShaderCompiler;

/// <summary>Turns one variant of one GLSL compute shader into SPIR-V.</summary>
internal interface IShaderCompiler
{
    /// <summary>Compiler, version and options, as recorded beside the compiled file.</summary>
    string Description { get; }

    /// <summary>Compiles and returns the SPIR-V module's bytes.</summary>
    /// <exception cref="ShaderCompilationException">The shader has an error, or the compiler cannot be run.</exception>
    byte[] Compile(ShaderTree tree, ShaderVariant variant);
}
