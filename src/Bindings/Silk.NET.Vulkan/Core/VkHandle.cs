namespace Silk.NET.Core.Native;

/// <summary>A dispatchable Vulkan handle, for code that does not know the Vulkan binding.</summary>
public struct VkHandle(nint handle)
{
    public nint Handle = handle;
}
