namespace Silk.NET.Core.Native;

/// <summary>A Vulkan handle that is not dispatchable, for code that does not know the Vulkan binding.</summary>
public struct VkNonDispatchableHandle(ulong handle)
{
    public ulong Handle = handle;
}
