using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>One vkAllocateMemory: a block of one memory type, mapped for its whole life when the host can see it.</summary>
internal sealed unsafe class MemoryBlock(DeviceMemory memory, uint typeIndex, ulong size, byte* mapped, bool hostCached, bool dedicated)
{
    public DeviceMemory Memory { get; } = memory;

    public uint TypeIndex { get; } = typeIndex;

    public ulong Bytes { get; } = size;

    /// <summary>Holds a single buffer that is larger than an arena.</summary>
    public bool Dedicated { get; } = dedicated;

    public bool HostCached { get; } = hostCached;

    public byte* Mapped { get; } = mapped;

    public MemoryArena Arena { get; } = new(size);
}
