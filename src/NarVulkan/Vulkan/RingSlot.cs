using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>One part of a staging buffer with the command buffer that copies to or from it.</summary>
internal sealed class RingSlot(ulong offset, CommandBuffer commands)
{
    /// <summary>First byte of the slot in the staging buffer.</summary>
    public ulong Offset { get; } = offset;

    public CommandBuffer Commands { get; } = commands;

    /// <summary>Timeline value after which the slot may be used again.</summary>
    public ulong BusyUntil { get; set; }
}
