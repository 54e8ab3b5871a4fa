using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Windowing;

/// <summary>What one frame in flight needs: its commands, its descriptor set, its token states, its fence. Owns all but the set, which ends with the pool.</summary>
internal sealed unsafe class FrameSlot : IDisposable
{
    private readonly WindowDevice device;
    private readonly CommandPool pool;
    private readonly Fence fence;
    private TokenBuffer tokens;

    public FrameSlot(WindowDevice device, DescriptorSet set)
    {
        this.device = device;
        Set = set;
        tokens = new TokenBuffer(device, 1024);
        CommandPoolCreateInfo poolInfo = new() { SType = StructureType.CommandPoolCreateInfo, Flags = CommandPoolCreateFlags.TransientBit, QueueFamilyIndex = device.QueueFamily };
        CommandPool madePool;
        device.Vk.CreateCommandPool(device.Handle, &poolInfo, null, &madePool).Check("vkCreateCommandPool");
        pool = madePool;
        CommandBufferAllocateInfo allocation = new() { SType = StructureType.CommandBufferAllocateInfo, CommandPool = pool, Level = CommandBufferLevel.Primary, CommandBufferCount = 1 };
        CommandBuffer commands;
        device.Vk.AllocateCommandBuffers(device.Handle, &allocation, &commands).Check("vkAllocateCommandBuffers");
        Commands = commands;
        // Signalled: nothing is in flight at first.
        FenceCreateInfo fenceInfo = new() { SType = StructureType.FenceCreateInfo, Flags = FenceCreateFlags.SignaledBit };
        Fence madeFence;
        device.Vk.CreateFence(device.Handle, &fenceInfo, null, &madeFence).Check("vkCreateFence");
        fence = madeFence;
        SemaphoreCreateInfo semaphoreInfo = new() { SType = StructureType.SemaphoreCreateInfo };
        VkSemaphore acquired;
        device.Vk.CreateSemaphore(device.Handle, &semaphoreInfo, null, &acquired).Check("vkCreateSemaphore");
        Acquired = acquired;
    }

    public CommandBuffer Commands { get; }

    public DescriptorSet Set { get; }

    /// <summary>Signalled when the image that this frame goes to is there.</summary>
    public VkSemaphore Acquired { get; }

    /// <summary>Waits for the frame that this slot carried before; false if it takes longer.</summary>
    public bool Wait(ulong nanoseconds)
    {
        Fence waited = fence;
        return device.Vk.WaitForFences(device.Handle, 1, &waited, true, nanoseconds).Check("vkWaitForFences") == Result.Success;
    }

    /// <summary>Puts pictures and token states into the set; the slot is not in flight.</summary>
    public void Bind(ImageView pictures, Sampler sampler, TokenGrid grid)
    {
        if (grid.States.Length > tokens.Capacity)
        {
            TokenBuffer larger = new(device, grid.States.Length);
            tokens.Dispose();
            tokens = larger;
        }
        tokens.Write(grid.States);
        DescriptorImageInfo image = new() { ImageView = pictures, Sampler = sampler, ImageLayout = ImageLayout.ShaderReadOnlyOptimal };
        DescriptorBufferInfo buffer = new() { Buffer = tokens.Handle, Range = Vk.WholeSize };
        WriteDescriptorSet* writes = stackalloc WriteDescriptorSet[]
        {
            new()
            {
                SType = StructureType.WriteDescriptorSet, DstSet = Set, DstBinding = 0, DescriptorCount = 1,
                DescriptorType = DescriptorType.CombinedImageSampler, PImageInfo = &image,
            },
            new()
            {
                SType = StructureType.WriteDescriptorSet, DstSet = Set, DstBinding = 1, DescriptorCount = 1,
                DescriptorType = DescriptorType.StorageBuffer, PBufferInfo = &buffer,
            },
        };
        device.Vk.UpdateDescriptorSets(device.Handle, 2, writes, 0, null);
    }

    public void BeginCommands()
    {
        device.Vk.ResetCommandPool(device.Handle, pool, 0).Check("vkResetCommandPool");
        CommandBufferBeginInfo begin = new() { SType = StructureType.CommandBufferBeginInfo, Flags = CommandBufferUsageFlags.OneTimeSubmitBit };
        device.Vk.BeginCommandBuffer(Commands, &begin).Check("vkBeginCommandBuffer");
    }

    /// <summary>Submits the commands: after the image is there and the scene is ready. The queue lock is held.</summary>
    /// <param name="ready">The scene's point; of no semaphore where there is nothing to wait for.</param>
    /// <param name="rendered">Signalled when the image may be presented.</param>
    public void Submit(NarTimelinePoint ready, VkSemaphore rendered)
    {
        device.Vk.EndCommandBuffer(Commands).Check("vkEndCommandBuffer");
        Fence signalled = fence;
        device.Vk.ResetFences(device.Handle, 1, &signalled).Check("vkResetFences");
        VkSemaphore* waits = stackalloc VkSemaphore[] { Acquired, ready.Semaphore };
        PipelineStageFlags* stages = stackalloc PipelineStageFlags[] { PipelineStageFlags.ColorAttachmentOutputBit, PipelineStageFlags.FragmentShaderBit };
        ulong* values = stackalloc ulong[] { 0, ready.Value };
        uint count = ready.Semaphore.Handle == 0 ? 1u : 2u;
        ulong none = 0;
        TimelineSemaphoreSubmitInfo timeline = new()
        {
            SType = StructureType.TimelineSemaphoreSubmitInfo,
            WaitSemaphoreValueCount = count,
            PWaitSemaphoreValues = values,
            SignalSemaphoreValueCount = 1,
            PSignalSemaphoreValues = &none,
        };
        CommandBuffer commands = Commands;
        SubmitInfo info = new()
        {
            SType = StructureType.SubmitInfo,
            PNext = &timeline,
            WaitSemaphoreCount = count,
            PWaitSemaphores = waits,
            PWaitDstStageMask = stages,
            CommandBufferCount = 1,
            PCommandBuffers = &commands,
            SignalSemaphoreCount = 1,
            PSignalSemaphores = &rendered,
        };
        device.Vk.QueueSubmit(device.Queue, 1, &info, fence).Check("vkQueueSubmit");
    }

    public void Dispose()
    {
        tokens.Dispose();
        device.Vk.DestroySemaphore(device.Handle, Acquired, null);
        device.Vk.DestroyFence(device.Handle, fence, null);
        device.Vk.DestroyCommandPool(device.Handle, pool, null);
    }
}
