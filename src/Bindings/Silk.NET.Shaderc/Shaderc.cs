using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Shaderc;

/// <summary>The functions of shaderc.h that a tool needs to compile GLSL.</summary>
public unsafe class Shaderc : NativeAPI
{
    private const int FunctionCount = 23;

    public Shaderc(INativeContext ctx)
        : base(ctx, FunctionCount)
    {
    }

    /// <summary>Loads the shared library.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static Shaderc GetApi() => new(new DefaultNativeContext(LibraryName()));

    /// <summary>Shaderc has no extensions.</summary>
    public override bool IsExtensionPresent(string extension) => false;

    public CompilationResult* CompileIntoSpv(Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, byte* input_file_name, byte* entry_point_name, CompileOptions* additional_options) =>
        ((delegate* unmanaged[Cdecl]<Compiler*, byte*, nuint, ShaderKind, byte*, byte*, CompileOptions*, CompilationResult*>)EntryPoint(0, "shaderc_compile_into_spv", CommandLevel.Global))(compiler, source_text, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);

    public CompilationResult* CompileIntoPreprocessedText(Compiler* compiler, byte* source_text, nuint source_text_size, ShaderKind shader_kind, byte* input_file_name, byte* entry_point_name, CompileOptions* additional_options) =>
        ((delegate* unmanaged[Cdecl]<Compiler*, byte*, nuint, ShaderKind, byte*, byte*, CompileOptions*, CompilationResult*>)EntryPoint(1, "shaderc_compile_into_preprocessed_text", CommandLevel.Global))(compiler, source_text, source_text_size, shader_kind, input_file_name, entry_point_name, additional_options);

    public Compiler* CompilerInitialize() =>
        ((delegate* unmanaged[Cdecl]<Compiler*>)EntryPoint(2, "shaderc_compiler_initialize", CommandLevel.Global))();

    public void CompilerRelease(Compiler* arg0) =>
        ((delegate* unmanaged[Cdecl]<Compiler*, void>)EntryPoint(3, "shaderc_compiler_release", CommandLevel.Global))(arg0);

    public CompileOptions* CompileOptionsInitialize() =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*>)EntryPoint(4, "shaderc_compile_options_initialize", CommandLevel.Global))();

    public CompileOptions* CompileOptionsClone(CompileOptions* options) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, CompileOptions*>)EntryPoint(5, "shaderc_compile_options_clone", CommandLevel.Global))(options);

    public void CompileOptionsRelease(CompileOptions* options) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, void>)EntryPoint(6, "shaderc_compile_options_release", CommandLevel.Global))(options);

    public void CompileOptionsAddMacroDefinition(CompileOptions* options, byte* name, nuint name_length, byte* value, nuint value_length) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, byte*, nuint, byte*, nuint, void>)EntryPoint(7, "shaderc_compile_options_add_macro_definition", CommandLevel.Global))(options, name, name_length, value, value_length);

    public void CompileOptionsSetGenerateDebugInfo(CompileOptions* options) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, void>)EntryPoint(8, "shaderc_compile_options_set_generate_debug_info", CommandLevel.Global))(options);

    public void CompileOptionsSetIncludeCallbacks(CompileOptions* options, PfnIncludeResolveFn resolver, PfnIncludeResultReleaseFn result_releaser, void* user_data) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, PfnIncludeResolveFn, PfnIncludeResultReleaseFn, void*, void>)EntryPoint(9, "shaderc_compile_options_set_include_callbacks", CommandLevel.Global))(options, resolver, result_releaser, user_data);

    public void CompileOptionsSetOptimizationLevel(CompileOptions* options, OptimizationLevel level) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, OptimizationLevel, void>)EntryPoint(10, "shaderc_compile_options_set_optimization_level", CommandLevel.Global))(options, level);

    public void CompileOptionsSetSourceLanguage(CompileOptions* options, SourceLanguage lang) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, SourceLanguage, void>)EntryPoint(11, "shaderc_compile_options_set_source_language", CommandLevel.Global))(options, lang);

    public void CompileOptionsSetSuppressWarnings(CompileOptions* options) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, void>)EntryPoint(12, "shaderc_compile_options_set_suppress_warnings", CommandLevel.Global))(options);

    public void CompileOptionsSetTargetEnv(CompileOptions* options, TargetEnv target, uint version) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, TargetEnv, uint, void>)EntryPoint(13, "shaderc_compile_options_set_target_env", CommandLevel.Global))(options, target, version);

    public void CompileOptionsSetTargetSpirv(CompileOptions* options, SpirvVersion version) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, SpirvVersion, void>)EntryPoint(14, "shaderc_compile_options_set_target_spirv", CommandLevel.Global))(options, version);

    public void CompileOptionsSetWarningsAsErrors(CompileOptions* options) =>
        ((delegate* unmanaged[Cdecl]<CompileOptions*, void>)EntryPoint(15, "shaderc_compile_options_set_warnings_as_errors", CommandLevel.Global))(options);

    public byte* ResultGetBytes(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, byte*>)EntryPoint(16, "shaderc_result_get_bytes", CommandLevel.Global))(result);

    public CompilationStatus ResultGetCompilationStatus(CompilationResult* arg0) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, CompilationStatus>)EntryPoint(17, "shaderc_result_get_compilation_status", CommandLevel.Global))(arg0);

    public byte* ResultGetErrorMessage(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, byte*>)EntryPoint(18, "shaderc_result_get_error_message", CommandLevel.Global))(result);

    public nuint ResultGetLength(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, nuint>)EntryPoint(19, "shaderc_result_get_length", CommandLevel.Global))(result);

    public nuint ResultGetNumErrors(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, nuint>)EntryPoint(20, "shaderc_result_get_num_errors", CommandLevel.Global))(result);

    public nuint ResultGetNumWarnings(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, nuint>)EntryPoint(21, "shaderc_result_get_num_warnings", CommandLevel.Global))(result);

    public void ResultRelease(CompilationResult* result) =>
        ((delegate* unmanaged[Cdecl]<CompilationResult*, void>)EntryPoint(22, "shaderc_result_release", CommandLevel.Global))(result);

    private static string LibraryName()
    {
        if (OperatingSystem.IsWindows())
        {
            return "shaderc_shared.dll";
        }

        return OperatingSystem.IsMacOS() ? "libshaderc_shared.dylib" : "libshaderc_shared.so";
    }
}
