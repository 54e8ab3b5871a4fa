using Silk.NET.Core.Native;

namespace Silk.NET.Shaderc;

/// <summary>An <see cref="IncludeResolveFn"/> as native code sees it; the delegate stays alive until disposal.</summary>
public readonly unsafe struct PfnIncludeResolveFn : IDisposable
{
    private readonly void* _handle;

    public PfnIncludeResolveFn(delegate* unmanaged[Cdecl]<void*, byte*, int, byte*, nuint, IncludeResult*> ptr) => _handle = ptr;

    public PfnIncludeResolveFn(IncludeResolveFn proc) => _handle = (void*)CallbackRoots.Add(proc);

    public delegate* unmanaged[Cdecl]<void*, byte*, int, byte*, nuint, IncludeResult*> Handle => (delegate* unmanaged[Cdecl]<void*, byte*, int, byte*, nuint, IncludeResult*>)_handle;

    public void Dispose() => CallbackRoots.Remove((nint)_handle);

    public static implicit operator PfnIncludeResolveFn(IncludeResolveFn proc) => new(proc);

    public static implicit operator PfnIncludeResolveFn(delegate* unmanaged[Cdecl]<void*, byte*, int, byte*, nuint, IncludeResult*> ptr) => new(ptr);
}
