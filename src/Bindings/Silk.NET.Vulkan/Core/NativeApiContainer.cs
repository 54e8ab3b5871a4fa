using System.Runtime.CompilerServices;
using Silk.NET.Core.Contexts;

namespace Silk.NET.Core.Native;

/// <summary>Native functions, looked up on first use and kept by slot.</summary>
public abstract class NativeApiContainer : IDisposable
{
    private readonly INativeContext _context;
    private readonly nint[] _entryPoints;

    private protected NativeApiContainer(INativeContext ctx, int slots)
    {
        _context = ctx;
        _entryPoints = new nint[slots];
    }

    private protected INativeContext NativeContext => _context;

    public void Dispose()
    {
        PurgeEntryPoints();
        _context.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Forgets every address, so that the next calls look them up again.</summary>
    public void PurgeEntryPoints() => Array.Clear(_entryPoints);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected unsafe void* EntryPoint(int slot, string name, CommandLevel level)
    {
        nint address = _entryPoints[slot];
        return (void*)(address != 0 ? address : _entryPoints[slot] = Resolve(name, level));
    }

    /// <exception cref="Loader.SymbolLoadingException">There is no such function.</exception>
    private protected virtual nint Resolve(string name, CommandLevel level) => _context.GetProcAddress(name);
}
