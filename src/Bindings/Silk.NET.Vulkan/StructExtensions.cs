using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan;

/// <summary>Between handles of this binding and those of the window binding, which does not know this one.</summary>
public static class StructExtensions
{
    public static VkHandle ToHandle(this Instance instance) => new(instance.Handle);

    public static SurfaceKHR ToSurface(this VkNonDispatchableHandle handle) => new(handle.Handle);
}
