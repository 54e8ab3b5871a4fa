using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Silk.NET.Core.Native;

/// <summary>Keeps delegates alive while native code may call them.</summary>
internal static class CallbackRoots
{
    private static readonly ConcurrentDictionary<nint, Delegate> Roots = new();

    public static nint Add<T>(T callback)
        where T : Delegate
    {
        nint pointer = Marshal.GetFunctionPointerForDelegate(callback);
        Roots[pointer] = callback;
        return pointer;
    }

    public static void Remove(nint pointer) => Roots.TryRemove(pointer, out _);
}
