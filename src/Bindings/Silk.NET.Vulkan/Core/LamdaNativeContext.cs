using Silk.NET.Core.Loader;

namespace Silk.NET.Core.Contexts;

/// <summary>Functions found by a delegate that returns zero for what it does not know. (The name is spelled as in Silk.NET.)</summary>
public readonly struct LamdaNativeContext(Func<string, nint> getProcAddress) : INativeContext
{
    private readonly Func<string, nint> _getProcAddress = getProcAddress;

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = _getProcAddress(proc);
        return addr != 0;
    }

    public void Dispose()
    {
        // Borrows whatever the delegate reads from.
    }
}
