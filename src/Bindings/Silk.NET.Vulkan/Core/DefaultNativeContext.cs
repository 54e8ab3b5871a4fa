using System.Runtime.InteropServices;
using Silk.NET.Core.Loader;

namespace Silk.NET.Core.Contexts;

/// <summary>The functions that a shared library exports.</summary>
public class DefaultNativeContext : INativeContext
{
    private nint _library;

    public DefaultNativeContext(string name)
        : this([name])
    {
    }

    /// <summary>Opens the first library that can be loaded.</summary>
    /// <exception cref="FileNotFoundException">None of them can.</exception>
    public DefaultNativeContext(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(DefaultNativeContext).Assembly, null, out _library))
            {
                return;
            }
        }

        throw new FileNotFoundException($"Could not load the native library {string.Join(" or ", names)}: it is not installed, or not where the system looks for libraries.", names[0]);
    }

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        ObjectDisposedException.ThrowIf(_library == 0, this);
        return NativeLibrary.TryGetExport(_library, proc, out addr);
    }

    public void Dispose()
    {
        if (_library != 0)
        {
            NativeLibrary.Free(_library);
            _library = 0;
        }

        GC.SuppressFinalize(this);
    }
}
