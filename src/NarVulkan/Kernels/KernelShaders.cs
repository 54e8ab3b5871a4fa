using System.Runtime.CompilerServices;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>Words that kernels use to describe their shaders and dispatches.</summary>
internal static class KernelShaders
{
    /// <summary>Invocations per workgroup of the elementwise shaders.</summary>
    private const int ElementLanes = 64;

    public static readonly BindingDeclaration Read = new(BindingAccess.StorageRead);
    public static readonly BindingDeclaration Write = new(BindingAccess.StorageWrite);
    public static readonly BindingDeclaration ReadWrite = new(BindingAccess.StorageReadWrite);

    /// <summary>Describes a shader whose push constants are <typeparamref name="TParameters"/>.</summary>
    public static ShaderDescription Describe<TParameters>(string stem, string? variant, params BindingDeclaration[] bindings)
        where TParameters : unmanaged =>
        new(stem, variant, bindings, (uint)Unsafe.SizeOf<TParameters>());

    /// <summary>Workgroups that cover a number of elements, one invocation each.</summary>
    public static uint ElementGroups(int elements) => (uint)((elements + ElementLanes - 1) / ElementLanes);
}
