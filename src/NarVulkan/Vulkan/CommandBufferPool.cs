using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>A command pool and the command buffers taken from it. Used by one thread at a time.</summary>
internal sealed unsafe class CommandBufferPool : IDisposable
{
    private readonly VulkanDevice _device;
    private readonly string _name;
    private readonly CommandPool _pool;

    public CommandBufferPool(VulkanDevice device, string name)
    {
        _device = device;
        _name = name;
        var info = new CommandPoolCreateInfo
        {
            SType = StructureType.CommandPoolCreateInfo,
            Flags = CommandPoolCreateFlags.ResetCommandBufferBit,
            QueueFamilyIndex = device.QueueFamily,
        };
        CommandPool pool;
        device.Api.CreateCommandPool(device.Handle, &info, null, &pool).ThrowOnError("vkCreateCommandPool", name);
        _pool = pool;
        device.Name(ObjectType.CommandPool, pool.Handle, name);
    }

    /// <param name="name">Its debug name.</param>
    /// <param name="secondary">Whether it is executed by others instead of being submitted.</param>
    public CommandBuffer Take(string name, bool secondary = false)
    {
        var info = new CommandBufferAllocateInfo
        {
            SType = StructureType.CommandBufferAllocateInfo,
            CommandPool = _pool,
            Level = secondary ? CommandBufferLevel.Secondary : CommandBufferLevel.Primary,
            CommandBufferCount = 1,
        };
        CommandBuffer commands;
        _device.Api.AllocateCommandBuffers(_device.Handle, &info, &commands).ThrowOnError("vkAllocateCommandBuffers", _name);
        _device.Name(ObjectType.CommandBuffer, (ulong)commands.Handle, name);
        return commands;
    }

    /// <summary>Begins recording; what the command buffer held before is dropped.</summary>
    public void Begin(CommandBuffer commands, bool once)
    {
        var info = new CommandBufferBeginInfo
        {
            SType = StructureType.CommandBufferBeginInfo,
            Flags = once ? CommandBufferUsageFlags.OneTimeSubmitBit : 0,
        };
        _device.Api.BeginCommandBuffer(commands, &info).ThrowOnError("vkBeginCommandBuffer", _name);
    }

    /// <summary>As <see cref="Begin"/>, for a command buffer that others execute, several of them at a time.</summary>
    public void BeginSecondary(CommandBuffer commands)
    {
        var inheritance = new CommandBufferInheritanceInfo { SType = StructureType.CommandBufferInheritanceInfo };
        var info = new CommandBufferBeginInfo
        {
            SType = StructureType.CommandBufferBeginInfo,
            Flags = CommandBufferUsageFlags.SimultaneousUseBit,
            PInheritanceInfo = &inheritance,
        };
        _device.Api.BeginCommandBuffer(commands, &info).ThrowOnError("vkBeginCommandBuffer", _name);
    }

    public void End(CommandBuffer commands) => _device.Api.EndCommandBuffer(commands).ThrowOnError("vkEndCommandBuffer", _name);

    public void Dispose() => _device.Api.DestroyCommandPool(_device.Handle, _pool, null);
}
