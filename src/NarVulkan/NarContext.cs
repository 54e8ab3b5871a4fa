using NarVulkan.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>An opened Vulkan device with the kernels for it. Models are loaded into a context; disposing it disposes those that are left.</summary>
public sealed class NarContext : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<IContextOwned> models = [];
    private readonly HashSet<NarTexture> textures = [];
    private readonly Lock telling = new();
    private DeviceException? lastTold;
    private bool busy, disposed;

    private NarContext(VulkanDevice device)
    {
        Vulkan = device;
        Kernels = new KernelSet(device);
    }

    /// <summary>
    /// The device was lost, once, or there was no memory: raised on the thread of the call that came upon it, before that throws. Handlers do not
    /// call into the context.
    /// </summary>
    public event EventHandler<NarDeviceFailure>? Failed;

    /// <summary>Whether the device was lost: the context can only be disposed.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The device that was opened.</summary>
    public NarDeviceInfo Device => DeviceDescription.Describe(Vulkan.Index, Vulkan.Profile);

    /// <summary>Device bytes in use, and the most that ever were.</summary>
    public (long InUse, long Peak) DeviceMemory => ((long)Vulkan.Allocator.UsedBytes, (long)Vulkan.Allocator.PeakBytes);

    /// <summary>Family of the queue that all work goes to.</summary>
    public uint QueueFamily => Vulkan.QueueFamily;

    internal VulkanDevice Vulkan { get; }

    internal KernelSet Kernels { get; }

    /// <summary>All devices that the Vulkan loader knows, usable or not: what <see cref="NarContextOptions.Device"/> chooses from.</summary>
    /// <exception cref="DeviceException">There is no loader or no driver.</exception>
    public static IReadOnlyList<NarDeviceInfo> EnumerateDevices() => [.. VulkanDevice.Survey().Select(device => DeviceDescription.Describe(device.Summary, device.Profile))];

    /// <summary>Opens a device.</summary>
    /// <exception cref="DeviceException">There is no driver, no such device, or it lacks what is required.</exception>
    /// <exception cref="InvalidRequestException">The shader folder does not exist.</exception>
    public static NarContext Create(NarContextOptions? options = null)
    {
        options ??= new NarContextOptions();
        if (options.ShaderDirectory is { } shaders && !Directory.Exists(shaders))
        {
            throw new InvalidRequestException($"{shaders}: there is no such folder of shaders.");
        }
        var vulkanOptions = new DeviceOptions { Selector = options.Device, ShaderDirectory = options.ShaderDirectory, Notice = options.Notice };
        return Create(options.Validation is { } validation ? vulkanOptions with { Validation = validation } : vulkanOptions);
    }

    /// <summary>What a device needs enabled so that <see cref="Create(Vk, Instance, PhysicalDevice, Device, Queue, uint, object, NarHostOptions?)"/> can borrow it. Nothing is created.</summary>
    /// <param name="vk">The host's Vulkan.</param>
    /// <param name="instance">An instance of Vulkan 1.2 or later.</param>
    /// <param name="physicalDevice">The device that the host is going to create its own from.</param>
    /// <exception cref="ArgumentException">A handle is null.</exception>
    /// <exception cref="DeviceException">The driver failed.</exception>
    public static NarDeviceRequirements QueryRequirements(Vk vk, Instance instance, PhysicalDevice physicalDevice)
    {
        HostHandles.Require(vk, instance, physicalDevice);
        return new NarDeviceRequirements(PhysicalDeviceFacts.Read(vk, instance, physicalDevice));
    }

    /// <summary>Chooses among the devices of a host's instance as <see cref="Create(NarContextOptions?)"/> and the command line do. Nothing is created.</summary>
    /// <param name="vk">The host's Vulkan.</param>
    /// <param name="instance">An instance of Vulkan 1.2 or later.</param>
    /// <param name="device">Index, part of a name, or <c>auto</c>, as <see cref="NarContextOptions.Device"/>.</param>
    /// <exception cref="ArgumentException">The instance is null.</exception>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used; the message names those that there are.</exception>
    public static PhysicalDevice SelectDevice(Vk vk, Instance instance, string device = "auto")
    {
        HostHandles.Require(vk, instance);
        ArgumentNullException.ThrowIfNull(device);
        var all = VulkanInstance.PhysicalDevices(vk, instance);
        return all[DeviceSelector.Select([.. all.Select((handle, index) => DeviceProfileBuilder.Summarise(index, PhysicalDeviceFacts.Read(vk, instance, handle)))], device).Index];
    }

    /// <summary>
    /// Works on a device that the host program made. Its handles are borrowed: they are never destroyed, the device is never waited for as a whole,
    /// and everything that was made with them is gone when the context is disposed, which must come before the device is destroyed.
    /// </summary>
    /// <param name="vk">The host's Vulkan, with <paramref name="instance"/> and <paramref name="device"/> loaded.</param>
    /// <param name="instance">Its instance, of Vulkan 1.2 or later.</param>
    /// <param name="physicalDevice">What the device was created from.</param>
    /// <param name="device">Created with what <see cref="QueryRequirements"/> asks for.</param>
    /// <param name="queue">A queue of it; the host may use it too.</param>
    /// <param name="queueFamily">The family of the queue; it computes.</param>
    /// <param name="queueLock">
    /// Locked (<see cref="Monitor"/>) around every submission to the queue, by us and by the host, from whatever thread. Not a
    /// <see cref="System.Threading.Lock"/>: seen as an object it would be another lock. Who holds it may call what <see cref="NarSession"/> names; the rest throws at once.
    /// </param>
    /// <param name="options">What the host enabled besides, and where pipelines are kept; null: the defaults.</param>
    /// <exception cref="ArgumentException">A handle is null, or <paramref name="queueLock"/> cannot be locked by <see cref="Monitor"/>.</exception>
    /// <exception cref="DeviceException">The device or the queue family lacks what is required; the message is one line that says what.</exception>
    public static NarContext Create(
        Vk vk, Instance instance, PhysicalDevice physicalDevice, Device device, Queue queue, uint queueFamily, object queueLock, NarHostOptions? options = null)
    {
        HostHandles.Require(vk, instance, physicalDevice, device, queue);
        HostHandles.RequireMonitor(queueLock);
        options ??= new NarHostOptions();
        if (!options.Enabled.HasFlag(NarDeviceFeatures.TimelineSemaphore))
        {
            throw new DeviceException("the host did not enable timeline semaphores (VkPhysicalDeviceVulkan12Features::timelineSemaphore), which are required: enable what NarContext.QueryRequirements tells when the device is created");
        }
        var vulkanOptions = new DeviceOptions
        {
            Validation = false,
            CooperativeMatrices = options.Enabled.HasFlag(NarDeviceFeatures.CooperativeMatrix),
            PipelineCacheDirectory = options.PipelineCacheDirectory,
            Notice = options.Notice,
        };
        return Borrow(
            vk, instance, physicalDevice, device, queue, queueFamily, queueLock,
            options.TuningTime is { } tuning ? vulkanOptions with { TuningBudget = tuning } : vulkanOptions);
    }

    /// <summary>Works on a host's device with settings that the public has no use for.</summary>
    internal static NarContext Borrow(
        Vk vk, Instance instance, PhysicalDevice physicalDevice, Device device, Queue queue, uint queueFamily, object queueLock, DeviceOptions options) =>
        new(VulkanDevice.Borrow(vk, instance, physicalDevice, device, queue, queueFamily, queueLock, options));

    /// <summary>Opens a device with settings that the public has no use for, such as limits lowered on purpose.</summary>
    internal static NarContext Create(DeviceOptions options) => new(VulkanDevice.Open(options));

    /// <summary>Computes small cases of the main kernels on the device and compares them with their twins on the CPU.</summary>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public IReadOnlyList<NarSelfTestResult> SelfTest()
    {
        using var turn = TakeTurn();
        return Watched(() => DeviceSelfTest.Run(Kernels));
    }

    /// <summary>Disposes the sessions, models and textures that are left and closes the device, after a call that is running in another thread.</summary>
    /// <exception cref="InvalidOperationException">Called from a progress callback of <see cref="NarModel.Generate"/>, or while holding the queue lock.</exception>
    public void Dispose()
    {
        using var turn = TakeTurn(evenIfDisposed: true);
        if (disposed)
        {
            return;
        }
        disposed = true;
        foreach (var model in models)
        {
            model.Release();
        }
        models.Clear();
        foreach (var texture in LeftTextures())
        {
            texture.Release();
        }
        Vulkan.Dispose();
    }

    internal void Add(IContextOwned model) => models.Add(model);

    internal void Remove(IContextOwned model) => models.Remove(model);

    /// <summary>Makes a texture of this size.</summary>
    /// <exception cref="DeviceException">Larger than the device's images may be, or no memory.</exception>
    internal NarTexture CreateTexture(PixelShape shape, NarTextureOptions options)
    {
        if (options.Samples < 1)
        {
            throw new InvalidRequestException($"a texture of {options.Samples} samples holds nothing; choose 1 or more.");
        }
        if (options.SharedWith is null)
        {
            throw new InvalidRequestException("the texture's SharedWith is null; an empty list stands for no other queue family.");
        }
        uint[] families = [.. options.SharedWith.Prepend(QueueFamily).Distinct()];
        if (families.Max() is var largest && largest >= Vulkan.QueueFamilyCount)
        {
            throw new InvalidRequestException($"queue family {largest} of SharedWith does not exist: {Vulkan.Profile.Name} has families 0 to {Vulkan.QueueFamilyCount - 1}.");
        }
        long layers = (long)options.Samples * shape.Frames;
        if (layers > int.MaxValue)
        {
            throw new InvalidRequestException($"a texture of {options.Samples} samples would have {layers} layers, more than any image has; choose fewer.");
        }
        var texture = new NarTexture(this, new DeviceImage(Vulkan, "texture", shape.Width, shape.Height, (int)layers, families), options.Samples);
        lock (textures)
        {
            textures.Add(texture);
        }
        return texture;
    }

    /// <summary>Takes a texture off the list of those that end with the context; false where it ended.</summary>
    internal bool Remove(NarTexture texture)
    {
        lock (textures)
        {
            return textures.Remove(texture);
        }
    }

    /// <summary>Makes a call, and tells who listens where the device fails in it.</summary>
    internal T Watched<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (DeviceException e)
        {
            Tell(e);
            throw;
        }
    }

    /// <summary>Tells who listens of a failure that a call is about to throw; each once.</summary>
    internal void Tell(DeviceException failure)
    {
        if (failure is not (DeviceLostException or DeviceMemoryException))
        {
            return;
        }
        bool known;
        // Several threads may come upon one loss at once.
        lock (telling)
        {
            known = IsLost || ReferenceEquals(lastTold, failure);
            lastTold = failure;
            IsLost |= failure is DeviceLostException;
        }
        if (!known)
        {
            Failed?.Invoke(this, new NarDeviceFailure(failure));
        }
    }

    private NarTexture[] LeftTextures()
    {
        lock (textures)
        {
            NarTexture[] left = [.. textures];
            textures.Clear();
            return left;
        }
    }

    /// <summary>Waits until no other thread uses the device, and keeps them out until the turn is disposed.</summary>
    /// <exception cref="InvalidOperationException">A progress callback asks, or a thread that holds the queue lock.</exception>
    internal Turn TakeTurn(bool evenIfDisposed = false)
    {
        Vulkan.Queue.RequireLockNotHeld();
        gate.Enter();
        // The lock lets its own thread in again: a progress callback that used the device would change what is running.
        if (busy)
        {
            gate.Exit();
            throw new InvalidOperationException("A progress callback cannot use the model or the context that reports to it.");
        }
        if (disposed && !evenIfDisposed)
        {
            gate.Exit();
            throw new ObjectDisposedException(nameof(NarContext));
        }
        busy = true;
        return new Turn(this);
    }

    /// <summary>The exclusive use of the device by one thread.</summary>
    internal readonly ref struct Turn(NarContext context)
    {
        /// <summary>Lets the next thread in.</summary>
        public void Dispose()
        {
            context.busy = false;
            context.gate.Exit();
        }
    }
}
