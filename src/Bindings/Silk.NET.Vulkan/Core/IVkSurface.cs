using Silk.NET.Core.Native;

namespace Silk.NET.Core.Contexts;

/// <summary>What a window can be presented to with Vulkan.</summary>
public unsafe interface IVkSurface
{
    /// <summary>Makes a VkSurfaceKHR, which the caller destroys.</summary>
    VkNonDispatchableHandle Create<T>(VkHandle instance, T* allocator)
        where T : unmanaged;

    /// <summary>Names of the instance extensions that <see cref="Create"/> needs; the memory belongs to the window library.</summary>
    byte** GetRequiredExtensions(out uint count);
}
