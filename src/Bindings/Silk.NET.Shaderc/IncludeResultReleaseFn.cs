using System.Runtime.InteropServices;

namespace Silk.NET.Shaderc;

/// <summary>Takes back what an <see cref="IncludeResolveFn"/> returned: user data, result.</summary>
[UnmanagedFunctionPointer(CallingConvention.Cdecl)]
public unsafe delegate void IncludeResultReleaseFn(void* arg0, IncludeResult* arg1);
