using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace NarVulkan.Tests.Embedding;

/// <summary>
/// A device as a host program makes it: by itself, with no more than <see cref="NarContext.QueryRequirements"/> asks for. Disposing it destroys it, which
/// the validation layer answers with a message for every object that is left; there must be none.
/// </summary>
internal sealed unsafe class HostDevice : IDisposable
{
    private readonly VulkanInstance instance;
    private readonly CommandPool pool;
    private readonly List<CommandBuffer> commands = [];
    private int next;

    public HostDevice(Func<Vk>? loadApi = null)
    {
        try
        {
            instance = VulkanInstance.Create(new DeviceOptions().Validation, loadApi: loadApi);
        }
        catch (DeviceException e) when (ExpectedDriver.MayBeAbsent(e))
        {
            Skip.If(true, e.Message);
            throw;
        }
        Physical = NarContext.SelectDevice(Vk, Instance, Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto");
        Requirements = NarContext.QueryRequirements(Vk, instance.Handle, Physical);
        ExpectedDriver.Require(Requirements.DeviceName, Requirements.Driver);
        Assert.Null(Requirements.WhyNot);
        Assert.Empty(Requirements.InstanceExtensions);
        Family = Requirements.QueueFamily;
        (Handle, Queue) = Create();
        var info = new CommandPoolCreateInfo { SType = StructureType.CommandPoolCreateInfo, QueueFamilyIndex = Family, Flags = CommandPoolCreateFlags.ResetCommandBufferBit };
        CommandPool created;
        Vk.CreateCommandPool(Handle, &info, null, &created).ThrowOnError("vkCreateCommandPool");
        pool = created;
    }

    public NarDeviceRequirements Requirements { get; }

    public Vk Vk => instance.Api;

    public Instance Instance => instance.Handle;

    public PhysicalDevice Physical { get; }

    public Device Handle { get; }

    public Queue Queue { get; }

    public uint Family { get; }

    public object QueueLock { get; } = new();

    /// <summary>A context that borrows the device.</summary>
    public NarContext CreateContext(NarHostOptions? options = null) => NarContext.Create(
        Vk, Instance, Physical, Handle, Queue, Family, QueueLock, options ?? new NarHostOptions { PipelineCacheDirectory = "", TuningTime = TimeSpan.Zero });

    /// <summary>Records a command buffer of the host and submits it, with or without signalling a timeline. Two of them are in flight at most.</summary>
    public void Frame(Action<CommandBuffer> record, Func<NarTimelinePoint>? signal = null)
    {
        var buffer = BeginFrame();
        record(buffer);
        End(buffer);
        Submit(buffer, signal?.Invoke() ?? default);
    }

    /// <summary>Begins a command buffer that <see cref="Submit(CommandBuffer)"/> ends.</summary>
    public CommandBuffer BeginFrame()
    {
        var buffer = TakeCommands();
        var begin = new CommandBufferBeginInfo { SType = StructureType.CommandBufferBeginInfo, Flags = CommandBufferUsageFlags.OneTimeSubmitBit };
        Vk.BeginCommandBuffer(buffer, &begin).ThrowOnError("vkBeginCommandBuffer");
        return buffer;
    }

    /// <summary>Ends and submits what <see cref="BeginFrame"/> gave.</summary>
    public void Submit(CommandBuffer buffer)
    {
        End(buffer);
        Submit(buffer, default);
    }

    /// <summary>Records a command buffer of the host that is never submitted, as when a swapchain has gone out of date.</summary>
    public void Drop(Action<CommandBuffer> record)
    {
        var buffer = BeginFrame();
        record(buffer);
        Abandon(buffer);
    }

    /// <summary>Ends what <see cref="BeginFrame"/> gave, and does not submit it.</summary>
    public void Abandon(CommandBuffer buffer) => End(buffer);

    /// <summary>Waits on the host for a point, as a host program would.</summary>
    public void Wait(NarTimelinePoint point)
    {
        var (semaphore, value) = point;
        var info = new SemaphoreWaitInfo { SType = StructureType.SemaphoreWaitInfo, SemaphoreCount = 1, PSemaphores = &semaphore, PValues = &value };
        Vk.WaitSemaphores(Handle, &info, ulong.MaxValue).ThrowOnError("vkWaitSemaphores");
    }

    /// <summary>Waits until the queue is idle.</summary>
    public void WaitIdle()
    {
        lock (QueueLock)
        {
            Vk.QueueWaitIdle(Queue).ThrowOnError("vkQueueWaitIdle");
        }
    }

    /// <summary>Waits for what is in flight, where the device is not lost, and destroys everything.</summary>
    public void Dispose()
    {
        try
        {
            WaitIdle();
        }
        catch (DeviceLostException)
        {
            // Nothing is in flight any more.
        }
        Vk.DestroyCommandPool(Handle, pool, null);
        lock (LoaderLists.Lock)
        {
            Vk.DestroyDevice(Handle, null);
        }
        var messages = instance.Messages;
        instance.Dispose();
        Assert.True(messages is null or { Count: 0 }, $"validation: {string.Join("; ", messages?.First ?? [])}");
    }

    private (Device Device, Queue Queue) Create()
    {
        using var text = new NativeText();
        using var features = Requirements.CreateFeatureChain(Requirements.Required);
        float priority = 1;
        var queue = new DeviceQueueCreateInfo { SType = StructureType.DeviceQueueCreateInfo, QueueFamilyIndex = Family, QueueCount = 1, PQueuePriorities = &priority };
        var info = new DeviceCreateInfo
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = features.First,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queue,
            EnabledExtensionCount = (uint)Requirements.DeviceExtensions.Count,
            PpEnabledExtensionNames = text.AddArray(Requirements.DeviceExtensions),
        };
        Device device;
        lock (LoaderLists.Lock)
        {
            Vk.CreateDevice(Physical, &info, null, &device).ThrowOnError("vkCreateDevice");
        }
        Queue created;
        Vk.GetDeviceQueue(device, Family, 0, &created);
        return (device, created);
    }

    private void End(CommandBuffer buffer) => Vk.EndCommandBuffer(buffer).ThrowOnError("vkEndCommandBuffer");

    private void Submit(CommandBuffer buffer, NarTimelinePoint signal)
    {
        var (semaphore, value) = signal;
        var values = new TimelineSemaphoreSubmitInfo { SType = StructureType.TimelineSemaphoreSubmitInfo, SignalSemaphoreValueCount = 1, PSignalSemaphoreValues = &value };
        var submit = new SubmitInfo
        {
            SType = StructureType.SubmitInfo,
            PNext = semaphore.Handle == 0 ? null : &values,
            CommandBufferCount = 1,
            PCommandBuffers = &buffer,
            SignalSemaphoreCount = semaphore.Handle == 0 ? 0u : 1u,
            PSignalSemaphores = &semaphore,
        };
        lock (QueueLock)
        {
            Vk.QueueSubmit(Queue, 1, &submit, default).ThrowOnError("vkQueueSubmit");
        }
    }

    // A test's frames are short: rather than fences, a ring that waits for the queue when it has gone round.
    private CommandBuffer TakeCommands()
    {
        if (commands.Count < 2)
        {
            var info = new CommandBufferAllocateInfo { SType = StructureType.CommandBufferAllocateInfo, CommandPool = pool, CommandBufferCount = 1 };
            CommandBuffer allocated;
            Vk.AllocateCommandBuffers(Handle, &info, &allocated).ThrowOnError("vkAllocateCommandBuffers");
            commands.Add(allocated);
            return allocated;
        }
        if (next == 0)
        {
            WaitIdle();
        }
        var taken = commands[next];
        next = (next + 1) % commands.Count;
        return taken;
    }
}
