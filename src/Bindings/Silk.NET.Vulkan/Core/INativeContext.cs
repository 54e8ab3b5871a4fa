namespace Silk.NET.Core.Contexts;

/// <summary>Finds native functions by name.</summary>
public interface INativeContext : IDisposable
{
    /// <exception cref="Loader.SymbolLoadingException">There is no such function.</exception>
    nint GetProcAddress(string proc, int? slot = null);

    bool TryGetProcAddress(string proc, out nint addr, int? slot = null);
}
