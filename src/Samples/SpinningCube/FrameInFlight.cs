using NarVulkan;
using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace SpinningCube;

/// <summary>A command buffer with what tells when it has run.</summary>
internal sealed unsafe class FrameInFlight : IDisposable
{
    private readonly HostDevice host;
    private readonly CommandPool pool;
    private readonly Fence fence;

    public FrameInFlight(HostDevice host)
    {
        this.host = host;
        CommandPoolCreateInfo poolInfo = new() { SType = StructureType.CommandPoolCreateInfo, QueueFamilyIndex = host.QueueFamily };
        CommandPool madePool;
        host.Vk.CreateCommandPool(host.Device, &poolInfo, null, &madePool).Require("vkCreateCommandPool");
        pool = madePool;
        CommandBufferAllocateInfo allocation = new() { SType = StructureType.CommandBufferAllocateInfo, CommandPool = pool, CommandBufferCount = 1 };
        CommandBuffer commands;
        host.Vk.AllocateCommandBuffers(host.Device, &allocation, &commands).Require("vkAllocateCommandBuffers");
        Commands = commands;
        FenceCreateInfo fenceInfo = new() { SType = StructureType.FenceCreateInfo, Flags = FenceCreateFlags.SignaledBit };
        Fence madeFence;
        host.Vk.CreateFence(host.Device, &fenceInfo, null, &madeFence).Require("vkCreateFence");
        fence = madeFence;
        SemaphoreCreateInfo semaphoreInfo = new() { SType = StructureType.SemaphoreCreateInfo };
        VkSemaphore semaphore;
        host.Vk.CreateSemaphore(host.Device, &semaphoreInfo, null, &semaphore).Require("vkCreateSemaphore");
        Acquired = semaphore;
    }

    public CommandBuffer Commands { get; }

    public VkSemaphore Acquired { get; }

    /// <summary>Waits until it has run.</summary>
    public void Wait()
    {
        Fence waited = fence;
        host.Vk.WaitForFences(host.Device, 1, &waited, true, ulong.MaxValue).Require("vkWaitForFences");
    }

    public void Begin()
    {
        host.Vk.ResetCommandPool(host.Device, pool, 0).Require("vkResetCommandPool");
        CommandBufferBeginInfo begin = new() { SType = StructureType.CommandBufferBeginInfo, Flags = CommandBufferUsageFlags.OneTimeSubmitBit };
        host.Vk.BeginCommandBuffer(Commands, &begin).Require("vkBeginCommandBuffer");
    }

    /// <summary>Ends and submits it. What NarVulkan recorded is signalled in the same submission.</summary>
    public void Submit(VkSemaphore rendered, IReadOnlyList<NarTimelinePoint> done)
    {
        host.Vk.EndCommandBuffer(Commands).Require("vkEndCommandBuffer");
        Fence signalled = fence;
        host.Vk.ResetFences(host.Device, 1, &signalled).Require("vkResetFences");
        VkSemaphore wait = Acquired;
        PipelineStageFlags stage = PipelineStageFlags.ColorAttachmentOutputBit;
        VkSemaphore[] semaphores = [rendered, .. done.Select(point => point.Semaphore)];
        ulong[] values = [0, .. done.Select(point => point.Value)];
        ulong none = 0;
        CommandBuffer commands = Commands;
        fixed (VkSemaphore* signals = semaphores)
        fixed (ulong* signalValues = values)
        {
            TimelineSemaphoreSubmitInfo timeline = new()
            {
                SType = StructureType.TimelineSemaphoreSubmitInfo,
                WaitSemaphoreValueCount = 1,
                PWaitSemaphoreValues = &none,
                SignalSemaphoreValueCount = (uint)values.Length,
                PSignalSemaphoreValues = signalValues,
            };
            SubmitInfo info = new()
            {
                SType = StructureType.SubmitInfo,
                PNext = &timeline,
                WaitSemaphoreCount = 1,
                PWaitSemaphores = &wait,
                PWaitDstStageMask = &stage,
                CommandBufferCount = 1,
                PCommandBuffers = &commands,
                SignalSemaphoreCount = (uint)semaphores.Length,
                PSignalSemaphores = signals,
            };
            lock (host.QueueLock)
            {
                host.Vk.QueueSubmit(host.Queue, 1, &info, fence).Require("vkQueueSubmit");
            }
        }
    }

    public void Dispose()
    {
        host.Vk.DestroySemaphore(host.Device, Acquired, null);
        host.Vk.DestroyFence(host.Device, fence, null);
        host.Vk.DestroyCommandPool(host.Device, pool, null);
    }
}
