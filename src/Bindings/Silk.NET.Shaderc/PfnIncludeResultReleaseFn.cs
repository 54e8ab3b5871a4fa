using Silk.NET.Core.Native;

namespace Silk.NET.Shaderc;

/// <summary>An <see cref="IncludeResultReleaseFn"/> as native code sees it; the delegate stays alive until disposal.</summary>
public readonly unsafe struct PfnIncludeResultReleaseFn : IDisposable
{
    private readonly void* _handle;

    public PfnIncludeResultReleaseFn(delegate* unmanaged[Cdecl]<void*, IncludeResult*, void> ptr) => _handle = ptr;

    public PfnIncludeResultReleaseFn(IncludeResultReleaseFn proc) => _handle = (void*)CallbackRoots.Add(proc);

    public delegate* unmanaged[Cdecl]<void*, IncludeResult*, void> Handle => (delegate* unmanaged[Cdecl]<void*, IncludeResult*, void>)_handle;

    public void Dispose() => CallbackRoots.Remove((nint)_handle);

    public static implicit operator PfnIncludeResultReleaseFn(IncludeResultReleaseFn proc) => new(proc);

    public static implicit operator PfnIncludeResultReleaseFn(delegate* unmanaged[Cdecl]<void*, IncludeResult*, void> ptr) => new(ptr);
}
