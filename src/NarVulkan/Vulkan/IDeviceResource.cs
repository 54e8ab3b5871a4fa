namespace NarVulkan.Vulkan;

/// <summary>Something in device memory that the allocator counts.</summary>
internal interface IDeviceResource
{
    /// <summary>What it holds: its debug name and its name in error messages.</summary>
    string Role { get; }

    /// <summary>Bytes of memory behind it.</summary>
    ulong MemoryBytes { get; }
}
