using System.Runtime.InteropServices;
using NarVulkan.Vulkan;
using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan;

/// <summary>
/// The Vulkan commands of a host's device, of which some fail when a test asks for it. They are called from native
/// code's point of view, so the state is static: one at a time.
/// </summary>
internal sealed unsafe class FaultyVulkan : INativeContext
{
    private static delegate* unmanaged<nint, uint, void*, ulong, Result> _queueSubmit;
    private static delegate* unmanaged<nint, void*, void*, void*, Result> _createCommandPool;
    private static delegate* unmanaged<nint, PipelineCacheCreateInfo*, void*, void*, Result> _createPipelineCache;
    private static delegate* unmanaged<nint, ulong, void*, void> _destroySemaphore;

    private static delegate* unmanaged<nint, SemaphoreWaitInfo*, ulong, Result> _waitSemaphores;
    private static delegate* unmanaged<nint, void*, void*, void*, Result> _allocateMemory;
    private static delegate* unmanaged<nint, Result> _deviceWaitIdle;

    private readonly VulkanDevice _host;

    public FaultyVulkan(VulkanDevice host)
    {
        _host = host;
        _queueSubmit = (delegate* unmanaged<nint, uint, void*, ulong, Result>)Real("vkQueueSubmit");
        _createCommandPool = (delegate* unmanaged<nint, void*, void*, void*, Result>)Real("vkCreateCommandPool");
        _createPipelineCache = (delegate* unmanaged<nint, PipelineCacheCreateInfo*, void*, void*, Result>)Real("vkCreatePipelineCache");
        _destroySemaphore = (delegate* unmanaged<nint, ulong, void*, void>)Real("vkDestroySemaphore");
        _waitSemaphores = (delegate* unmanaged<nint, SemaphoreWaitInfo*, ulong, Result>)Real("vkWaitSemaphores");
        _allocateMemory = (delegate* unmanaged<nint, void*, void*, void*, Result>)Real("vkAllocateMemory");
        _deviceWaitIdle = (delegate* unmanaged<nint, Result>)Real("vkDeviceWaitIdle");
        SubmissionsBeforeFailure = int.MaxValue;
        SubmissionsBeforeLoss = int.MaxValue;
        FailAllocations = false;
        DeviceWaits = 0;
        TimedOutWaits = 0;
        FailCommandPools = false;
        FailPipelineCaches = false;
        FailPipelineCacheData = false;
        DestroyedSemaphores = 0;
    }

    /// <summary>So many submissions succeed, then one runs out of device memory; those after it succeed again.</summary>
    public static int SubmissionsBeforeFailure { get; set; }

    /// <summary>So many submissions succeed, then the device is lost: whatever was submitted has run, every submission and every wait fails from then on.</summary>
    public static int SubmissionsBeforeLoss { get; set; }

    /// <summary>There is no more device memory.</summary>
    public static bool FailAllocations { get; set; }

    /// <summary>Times that the whole device was waited for, which is the host's business alone.</summary>
    public static int DeviceWaits { get; private set; }

    /// <summary>Waits that ended because their time was up.</summary>
    public static int TimedOutWaits { get; private set; }

    public static bool FailCommandPools { get; set; }

    public static bool FailPipelineCaches { get; set; }

    /// <summary>Only those with initial data fail.</summary>
    public static bool FailPipelineCacheData { get; set; }

    public static int DestroyedSemaphores { get; private set; }

    /// <summary>The host's device, borrowed through these commands.</summary>
    public VulkanDevice Borrow(DeviceOptions options)
    {
        Queue queue;
        _host.Api.GetDeviceQueue(_host.Handle, _host.QueueFamily, 0, &queue);
        return VulkanDevice.Borrow(
            new Vk(this), _host.Instance, _host.PhysicalDevice, _host.Handle, queue, _host.QueueFamily, _host.Queue.QueueLock, options);
    }

    /// <summary>A context on the host's device, borrowed through these commands.</summary>
    public NarContext CreateContext(DeviceOptions options)
    {
        Queue queue;
        _host.Api.GetDeviceQueue(_host.Handle, _host.QueueFamily, 0, &queue);
        return NarContext.Borrow(
            new Vk(this), _host.Instance, _host.PhysicalDevice, _host.Handle, queue, _host.QueueFamily, _host.Queue.QueueLock, options);
    }

    public nint GetProcAddress(string proc, int? slot = null) => proc switch
    {
        "vkGetInstanceProcAddr" => _host.Api.Context.GetProcAddress(proc),
        "vkQueueSubmit" => (nint)(delegate* unmanaged<nint, uint, void*, ulong, Result>)&QueueSubmit,
        "vkCreateCommandPool" => (nint)(delegate* unmanaged<nint, void*, void*, void*, Result>)&CreateCommandPool,
        "vkCreatePipelineCache" => (nint)(delegate* unmanaged<nint, PipelineCacheCreateInfo*, void*, void*, Result>)&CreatePipelineCache,
        "vkWaitSemaphores" => (nint)(delegate* unmanaged<nint, SemaphoreWaitInfo*, ulong, Result>)&WaitSemaphores,
        "vkAllocateMemory" => (nint)(delegate* unmanaged<nint, void*, void*, void*, Result>)&AllocateMemory,
        "vkDeviceWaitIdle" => (nint)(delegate* unmanaged<nint, Result>)&DeviceWaitIdle,
        "vkDestroySemaphore" => (nint)(delegate* unmanaged<nint, ulong, void*, void>)&DestroySemaphore,
        _ => Real(proc),
    };

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = GetProcAddress(proc, slot);
        return addr != 0;
    }

    public void Dispose()
    {
        // The commands belong to the host's loader, which closes it.
    }

    private nint Real(string proc)
    {
        // The loader answers for a command of the instance with a device's null.
        var address = (nint)_host.Api.GetDeviceProcAddr(_host.Handle, proc);
        return address != 0 ? address : (nint)_host.Api.GetInstanceProcAddr(_host.Instance, proc);
    }

    [UnmanagedCallersOnly]
    private static Result QueueSubmit(nint queue, uint count, void* submits, ulong fence)
    {
        if (SubmissionsBeforeLoss <= 0)
        {
            return Result.ErrorDeviceLost;
        }

        SubmissionsBeforeLoss--;
        return SubmissionsBeforeFailure-- == 0 ? Result.ErrorOutOfDeviceMemory : _queueSubmit(queue, count, submits, fence);
    }

    [UnmanagedCallersOnly]
    private static Result WaitSemaphores(nint device, SemaphoreWaitInfo* info, ulong timeout)
    {
        // What ran before the loss has run: objects may be destroyed, as after a real one.
        var result = _waitSemaphores(device, info, timeout);
        TimedOutWaits += result == Result.Timeout ? 1 : 0;
        return SubmissionsBeforeLoss <= 0 ? Result.ErrorDeviceLost : result;
    }

    [UnmanagedCallersOnly]
    private static Result AllocateMemory(nint device, void* info, void* allocator, void* memory) =>
        FailAllocations ? Result.ErrorOutOfDeviceMemory : _allocateMemory(device, info, allocator, memory);

    [UnmanagedCallersOnly]
    private static Result DeviceWaitIdle(nint device)
    {
        DeviceWaits++;
        return _deviceWaitIdle(device);
    }

    [UnmanagedCallersOnly]
    private static Result CreateCommandPool(nint device, void* info, void* allocator, void* pool) =>
        FailCommandPools ? Result.ErrorOutOfHostMemory : _createCommandPool(device, info, allocator, pool);

    [UnmanagedCallersOnly]
    private static Result CreatePipelineCache(nint device, PipelineCacheCreateInfo* info, void* allocator, void* cache) =>
        FailPipelineCaches || (FailPipelineCacheData && info->InitialDataSize > 0)
            ? Result.ErrorOutOfHostMemory
            : _createPipelineCache(device, info, allocator, cache);

    [UnmanagedCallersOnly]
    private static void DestroySemaphore(nint device, ulong semaphore, void* allocator)
    {
        DestroyedSemaphores++;
        _destroySemaphore(device, semaphore, allocator);
    }
}
