using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace NarVulkan.Vulkan;

/// <summary>
/// An opened device and everything that lives as long as it: allocator, queue, staging rings, pipelines. Made by
/// <see cref="Open"/>, which owns the Vulkan handles, or by <see cref="Borrow"/>, which leaves them to the host program.
/// </summary>
internal sealed unsafe class VulkanDevice : IDisposable
{
    private readonly VulkanInstance? _instance;
    private readonly DeviceOptions _options;
    private readonly ExtDebugUtils? _debugUtils;
    private readonly HashSet<string> _notices = [];
    private bool _disposed;

    private VulkanDevice(
        VulkanInstance? instance,
        Vk api,
        Instance instanceHandle,
        PhysicalDeviceFacts facts,
        DeviceProfile profile,
        Device handle,
        Queue queue,
        uint queueFamily,
        object queueLock,
        DeviceOptions options)
    {
        _instance = instance;
        _options = options;
        _debugUtils = instance?.DebugUtils;
        Api = api;
        Instance = instanceHandle;
        PhysicalDevice = facts.Handle;
        Handle = handle;
        QueueFamily = queueFamily;
        QueueFamilyCount = facts.QueueFamilyCount;
        Profile = profile;
        Allocator = new DeviceAllocator(api, handle, facts.Memory, profile);
        Memory = new MemoryBudget(api, facts.Handle, profile, Allocator);
        Queue = new SubmissionQueue(this, queue, queueLock);
        try
        {
            Uploads = new UploadRing(this, options.RingSlotBytes);
            Readbacks = new ReadbackRing(this, options.RingSlotBytes);
            Pipelines = new PipelineLibrary(
                this, new ShaderLibrary(options.ShaderDirectory), PipelineCacheFile.For(options.PipelineCacheDirectory, profile));
            Notify(Pipelines.CacheProblem);
        }
        catch
        {
            // On a borrowed device its semaphore would outlive us. The rings own nothing before their first use.
            Queue.Dispose();
            throw;
        }
    }

    /// <summary>Place in the loader's list of devices; -1 for a borrowed device.</summary>
    public int Index { get; private init; } = -1;

    public Vk Api { get; }

    public Instance Instance { get; }

    public PhysicalDevice PhysicalDevice { get; }

    public Device Handle { get; }

    public uint QueueFamily { get; }

    /// <summary>Queue families that the device has.</summary>
    public uint QueueFamilyCount { get; }

    public DeviceProfile Profile { get; }

    public DeviceAllocator Allocator { get; }

    public MemoryBudget Memory { get; }

    public SubmissionQueue Queue { get; }

    public UploadRing Uploads { get; }

    public ReadbackRing Readbacks { get; }

    public PipelineLibrary Pipelines { get; }

    /// <summary>How long forms of kernels may be timed when a model is loaded.</summary>
    public TimeSpan TuningBudget => _options.TuningBudget;

    /// <summary>What the validation layer said; null without validation.</summary>
    public ValidationMessages? Validation => _instance?.Messages;

    public int ValidationMessageCount => Validation?.Count ?? 0;

    /// <summary>All devices with the profile that each would run under; no profile where a device cannot be used.</summary>
    /// <exception cref="DeviceException">No loader or no driver.</exception>
    public static IReadOnlyList<(PhysicalDeviceSummary Summary, DeviceProfile? Profile)> Survey()
    {
        using var instance = VulkanInstance.Create(validation: false);
        return [.. instance.PhysicalDevices().Select((device, i) =>
        {
            var facts = PhysicalDeviceFacts.Read(instance.Api, instance.Handle, device);
            var summary = DeviceProfileBuilder.Summarise(i, facts);
            return (summary, summary.Unsuitable is null ? DeviceProfileBuilder.Build(facts, new DeviceOptions()) : null);
        })];
    }

    /// <summary>Chooses a device and opens it.</summary>
    /// <exception cref="DeviceException">No driver, no such device, or the driver fails.</exception>
    public static VulkanDevice Open(DeviceOptions options)
    {
        var instance = VulkanInstance.Create(options.Validation, options.ValidationLog, options.LoadApi);
        Device device = default;
        try
        {
            PhysicalDeviceFacts[] facts = [.. instance.PhysicalDevices().Select(d => PhysicalDeviceFacts.Read(instance.Api, instance.Handle, d))];
            int index = DeviceSelector.Select([.. facts.Select((f, i) => DeviceProfileBuilder.Summarise(i, f))], options.Selector).Index;
            var chosen = facts[index];
            var profile = DeviceProfileBuilder.Build(chosen, options);
            (device, var queue) = DeviceCreation.Create(instance, chosen, profile);
            return new VulkanDevice(
                instance, instance.Api, instance.Handle, chosen, profile, device, queue, chosen.QueueFamily!.Value, new object(), options)
            {
                Index = index,
            };
        }
        catch
        {
            if (device.Handle != 0)
            {
                lock (LoaderLists.Lock)
                {
                    instance.Api.DestroyDevice(device, null);
                }
            }

            instance.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Works on a device that the host program owns; its handles are never destroyed here. The host must have enabled
    /// timeline semaphores, and holds <paramref name="queueLock"/> whenever it uses the queue itself.
    /// </summary>
    /// <exception cref="DeviceException">The device lacks what is needed.</exception>
    public static VulkanDevice Borrow(
        Vk api,
        Instance instance,
        PhysicalDevice physicalDevice,
        Device device,
        Queue queue,
        uint queueFamily,
        object queueLock,
        DeviceOptions? options = null)
    {
        // What the host enabled is not known beyond what it must have, unless it says so.
        options ??= new DeviceOptions();
        options = options with { CooperativeMatrices = options.CooperativeMatrices ?? false, IntegerDotProducts = false };
        var facts = PhysicalDeviceFacts.Read(api, instance, physicalDevice);
        if (facts.Unsuitable() is { } reason)
        {
            throw new DeviceException($"the device that was passed in cannot be used: {reason}");
        }

        using var text = new NativeText();
        if ((nint)api.GetDeviceProcAddr(device, text.Add("vkWaitSemaphores")) == 0)
        {
            throw new DeviceException($"the device of {facts.Name} was created for a Vulkan version before 1.2: create the instance with VkApplicationInfo::apiVersion of 1.2 at least");
        }

        facts.UseQueueFamily(queueFamily);
        if (options.CooperativeMatrices == true && facts.CooperativeMatrix is null)
        {
            throw new DeviceException($"{facts.Name} has no cooperative matrices, so they cannot have been enabled: name only features that NarContext.QueryRequirements tells of");
        }

        var profile = DeviceProfileBuilder.Build(facts, options);
        return new VulkanDevice(null, api, instance, facts, profile, device, queue, queueFamily, queueLock, options);
    }

    /// <summary>A buffer of so many bytes; all of them read as zero until something is written.</summary>
    /// <param name="role">What it holds: its debug name and its name in error messages.</param>
    /// <param name="bytes">Size in bytes.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="zeroed">False leaves the content undefined, for buffers that are written in full anyway.</param>
    /// <exception cref="DeviceException">Zero bytes, too large for one allocation, or out of memory.</exception>
    public DeviceBuffer CreateBuffer(string role, ulong bytes, BufferUse use, bool zeroed = true)
    {
        var buffer = new DeviceBuffer(this, role, bytes, use);
        if (!zeroed)
        {
            return buffer;
        }

        if (buffer.IsHostVisible)
        {
            System.Runtime.InteropServices.NativeMemory.Clear(buffer.Pointer, (nuint)buffer.PaddedSize);
            return buffer;
        }

        try
        {
            Uploads.Fill(buffer, 0, buffer.PaddedSize, 0);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Tells whoever opened the device what was passed over, each thing once; null: nothing was.</summary>
    public void Notify(string? problem)
    {
        if (problem is null)
        {
            return;
        }

        bool isNew;
        lock (_notices)
        {
            isNew = _notices.Add(problem);
        }

        if (isNew)
        {
            _options.Notice?.Invoke(problem);
        }
    }

    /// <summary>Gives a Vulkan object its debug name; without validation it does nothing.</summary>
    public void Name(ObjectType type, ulong handle, string name)
    {
        if (_debugUtils is null)
        {
            return;
        }

        using var text = new NativeText();
        var info = new DebugUtilsObjectNameInfoEXT
        {
            SType = StructureType.DebugUtilsObjectNameInfoExt,
            ObjectType = type,
            ObjectHandle = handle,
            PObjectName = text.Add(name),
        };
        lock (LoaderLists.Lock)
        {
            _debugUtils.SetDebugUtilsObjectName(Handle, &info).ThrowOnError("vkSetDebugUtilsObjectNameEXT", name);
        }
    }

    public void BeginLabel(CommandBuffer commands, string label)
    {
        if (_debugUtils is null)
        {
            return;
        }

        using var text = new NativeText();
        var info = new DebugUtilsLabelEXT { SType = StructureType.DebugUtilsLabelExt, PLabelName = text.Add(label) };
        _debugUtils.CmdBeginDebugUtilsLabel(commands, &info);
    }

    public void EndLabel(CommandBuffer commands) => _debugUtils?.CmdEndDebugUtilsLabel(commands);

    /// <summary>Waits for the work submitted here and destroys all that is owned.</summary>
    /// <exception cref="InvalidOperationException">Buffers are still alive and leaks are asserted; the message names them.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        // A lost device has nothing left to wait for; its objects may be destroyed all the same.
        if (_instance is not null)
        {
            Api.DeviceWaitIdle(Handle);
        }
        else
        {
            // vkDeviceWaitIdle must not run while the host uses any queue of its device: wait for our own work only.
            Queue.TryWaitAll();
        }

        Uploads.Dispose();
        Readbacks.Dispose();
        Pipelines.Save();
        var problem = Pipelines.CacheProblem;
        Pipelines.Dispose();
        Queue.Dispose();
        var leaked = Allocator.LiveRoles;
        Allocator.Dispose();
        if (_instance is not null)
        {
            lock (LoaderLists.Lock)
            {
                Api.DestroyDevice(Handle, null);
            }

            _instance.Dispose();
        }

        // Last: a caller's handler may throw.
        Notify(problem);
        if (leaked.Count > 0 && _options.AssertNoLeaks)
        {
            throw new InvalidOperationException($"{leaked.Count} buffers were not disposed before their device: {string.Join(", ", leaked)}");
        }
    }
}
