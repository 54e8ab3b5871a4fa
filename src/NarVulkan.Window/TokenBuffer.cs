using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;

namespace NarVulkan.Windowing;

/// <summary>States of tokens where the fragment shader reads them: host-visible, written anew for each frame. Owns its memory.</summary>
internal sealed unsafe class TokenBuffer : IDisposable
{
    private readonly WindowDevice device;
    private VkBuffer buffer;
    private DeviceMemory memory;
    private uint* mapped;

    /// <param name="device">Where it lives.</param>
    /// <param name="capacity">Tokens that it holds; at least 1.</param>
    public TokenBuffer(WindowDevice device, int capacity)
    {
        this.device = device;
        Capacity = capacity;
        try
        {
            Allocate();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Capacity { get; }

    public VkBuffer Handle => buffer;

    /// <summary>Writes states, [tokens]; nothing on the device reads meanwhile.</summary>
    public void Write(ReadOnlySpan<byte> states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            mapped[i] = states[i];
        }
    }

    public void Dispose()
    {
        device.Vk.DestroyBuffer(device.Handle, buffer, null);
        device.Vk.FreeMemory(device.Handle, memory, null);
        (buffer, memory) = (default, default);
    }

    private void Allocate()
    {
        BufferCreateInfo info = new() { SType = StructureType.BufferCreateInfo, Size = (ulong)Capacity * sizeof(uint), Usage = BufferUsageFlags.StorageBufferBit };
        VkBuffer made;
        device.Vk.CreateBuffer(device.Handle, &info, null, &made).Check("vkCreateBuffer");
        buffer = made;
        MemoryRequirements requirements;
        device.Vk.GetBufferMemoryRequirements(device.Handle, buffer, &requirements);
        MemoryAllocateInfo allocation = new()
        {
            SType = StructureType.MemoryAllocateInfo,
            AllocationSize = requirements.Size,
            // Vulkan has such a type for every buffer.
            MemoryTypeIndex = device.MemoryType(requirements.MemoryTypeBits, MemoryPropertyFlags.HostVisibleBit | MemoryPropertyFlags.HostCoherentBit),
        };
        DeviceMemory allocated;
        device.Vk.AllocateMemory(device.Handle, &allocation, null, &allocated).Check("vkAllocateMemory");
        memory = allocated;
        device.Vk.BindBufferMemory(device.Handle, buffer, memory, 0).Check("vkBindBufferMemory");
        void* address;
        device.Vk.MapMemory(device.Handle, memory, 0, Vk.WholeSize, 0, &address).Check("vkMapMemory");
        mapped = (uint*)address;
    }
}
