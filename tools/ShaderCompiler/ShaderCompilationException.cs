namespace NarVulkan.ShaderCompiler;

/// <summary>A shader, its variant table or the compiler is unusable; the message says which and what to do.</summary>
internal sealed class ShaderCompilationException(string message, Exception? inner = null) : Exception(message, inner);
