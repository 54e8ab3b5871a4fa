using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>
/// Draws scenes into the window's images: owns the swapchain, which it makes anew when it no longer fits, the frames in flight and the views of
/// what is shown. One thread at a time.
/// </summary>
internal sealed unsafe class WindowRenderer : IDisposable
{
    private const int Slots = 2;
    private const ulong PatienceNanoseconds = 100_000_000;

    private readonly WindowDevice device;
    private readonly SurfaceFormatKHR format;
    private readonly PicturePass pass;
    private readonly DescriptorPool descriptors;
    private readonly List<FrameSlot> slots = [];
    private readonly Dictionary<ulong, ImageView> views = [];
    private Swapchain? swapchain;
    private (int Width, int Height) madeFor;
    private int nextSlot;

    public WindowRenderer(WindowDevice device)
    {
        this.device = device;
        format = Swapchain.ChooseFormat(device);
        pass = new PicturePass(device, format.Format);
        try
        {
            descriptors = CreateDescriptorPool();
            for (int i = 0; i < Slots; i++)
            {
                slots.Add(new FrameSlot(device, AllocateSet()));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the images do not fit the window any more, so that it wants drawing.</summary>
    public bool IsStale { get; private set; } = true;

    /// <summary>Draws and presents.</summary>
    /// <param name="scene">What to show; null: the background.</param>
    /// <param name="frame">Frame of a clip.</param>
    /// <param name="size">The window's size in pixels.</param>
    /// <returns>False where nothing was shown: the window has no size just now, or the driver is busy.</returns>
    public bool Draw(Scene? scene, int frame, (int Width, int Height) size)
    {
        FrameSlot slot = slots[nextSlot];
        if (!slot.Wait(PatienceNanoseconds) || !Renew(size) || swapchain is not { } images)
        {
            return false;
        }
        uint image;
        Result acquired = device.SwapchainApi.AcquireNextImage(device.Handle, images.Handle, PatienceNanoseconds, slot.Acquired, default, &image);
        if (acquired == Result.ErrorOutOfDateKhr)
        {
            IsStale = true;
            return false;
        }
        if (acquired.Check("vkAcquireNextImageKHR") is Result.Timeout or Result.NotReady)
        {
            return false;
        }
        Record(slot, images, image, scene, frame);
        Present(slot, images, image, scene?.Ready ?? default);
        nextSlot = (nextSlot + 1) % Slots;
        IsStale |= acquired == Result.SuboptimalKhr;
        return true;
    }

    /// <summary>Waits until no frame reads an image, and forgets it.</summary>
    public void Release(Image image)
    {
        try
        {
            slots.ForEach(slot => slot.Wait(ulong.MaxValue));
        }
        catch (DeviceLostException)
        {
            // Nothing runs on it any more.
        }
        if (views.Remove(image.Handle, out ImageView view))
        {
            device.Vk.DestroyImageView(device.Handle, view, null);
        }
    }

    /// <summary>Waits for the queue and destroys everything.</summary>
    public void Dispose()
    {
        try
        {
            device.WaitForQueue();
        }
        catch (DeviceException)
        {
            // A lost device has nothing left to wait for; its objects may be destroyed all the same.
        }
        foreach (ImageView view in views.Values)
        {
            device.Vk.DestroyImageView(device.Handle, view, null);
        }
        swapchain?.Dispose();
        slots.ForEach(slot => slot.Dispose());
        device.Vk.DestroyDescriptorPool(device.Handle, descriptors, null);
        pass.Dispose();
    }

    // Makes the swapchain anew where the window has another size; false where it has none.
    private bool Renew((int Width, int Height) size)
    {
        if (!IsStale && size == madeFor)
        {
            return true;
        }
        device.WaitForQueue();
        Swapchain? old = swapchain;
        swapchain = null;
        try
        {
            swapchain = Swapchain.Create(device, pass.RenderPass, format, (uint)size.Width, (uint)size.Height, old);
        }
        finally
        {
            old?.Dispose();
        }
        madeFor = size;
        IsStale = swapchain is null;
        return !IsStale;
    }

    private void Record(FrameSlot slot, Swapchain images, uint image, Scene? scene, int frame)
    {
        Letterbox? box = null;
        PictureParameters parameters = default;
        if (scene is not null)
        {
            (int width, int height) = ((int)images.Extent.Width, (int)images.Extent.Height);
            PictureLayout layout = PictureLayout.Best(scene.Samples, scene.Width, scene.Height, width, height);
            box = Letterbox.Fit(width, height, (long)layout.Columns * scene.Width, (long)layout.Rows * scene.Height);
            parameters = new PictureParameters
            {
                Columns = (uint)layout.Columns,
                Rows = (uint)layout.Rows,
                Samples = (uint)scene.Samples,
                Frames = (uint)scene.Frames,
                Frame = (uint)(frame % scene.Frames),
                GridFrames = (uint)scene.Tokens.Frames,
                GridRows = (uint)scene.Tokens.Rows,
                GridColumns = (uint)scene.Tokens.Columns,
                Gap = layout.Gap,
            };
            slot.Bind(ViewOf(scene), pass.SamplerFor(scene.Width, (double)box.Value.Width / layout.Columns), scene.Tokens);
        }
        slot.BeginCommands();
        pass.Record(slot.Commands, images.FramebufferOf(image), images.Extent, slot.Set, box, parameters);
    }

    private void Present(FrameSlot slot, Swapchain images, uint image, NarTimelinePoint ready)
    {
        var rendered = images.RenderedOf(image);
        SwapchainKHR handle = images.Handle;
        PresentInfoKHR info = new()
        {
            SType = StructureType.PresentInfoKhr,
            WaitSemaphoreCount = 1,
            PWaitSemaphores = &rendered,
            SwapchainCount = 1,
            PSwapchains = &handle,
            PImageIndices = &image,
        };
        lock (device.QueueLock)
        {
            slot.Submit(ready, rendered);
        }
        // A software driver's present waits for the frame while it has the queue: wait for it here, where nobody is kept from submitting.
        slot.Wait(PatienceNanoseconds);
        Result presented;
        lock (device.QueueLock)
        {
            presented = device.SwapchainApi.QueuePresent(device.Queue, &info);
        }
        if (presented is Result.ErrorOutOfDateKhr or Result.SuboptimalKhr)
        {
            IsStale = true;
            return;
        }
        presented.Check("vkQueuePresentKHR");
    }

    private ImageView ViewOf(Scene scene)
    {
        if (views.TryGetValue(scene.Image.Handle, out ImageView known))
        {
            return known;
        }
        ImageViewCreateInfo info = new()
        {
            SType = StructureType.ImageViewCreateInfo,
            Image = scene.Image,
            ViewType = ImageViewType.Type2DArray,
            // Bytes are shown as they are; a window that encodes by itself is given decoded ones.
            Format = format.Format is Format.B8G8R8A8Srgb or Format.R8G8B8A8Srgb ? Format.R8G8B8A8Srgb : Format.R8G8B8A8Unorm,
            SubresourceRange = new ImageSubresourceRange { AspectMask = ImageAspectFlags.ColorBit, LevelCount = 1, LayerCount = (uint)(scene.Samples * scene.Frames) },
        };
        ImageView view;
        device.Vk.CreateImageView(device.Handle, &info, null, &view).Check("vkCreateImageView");
        return views[scene.Image.Handle] = view;
    }

    private DescriptorPool CreateDescriptorPool()
    {
        DescriptorPoolSize* sizes = stackalloc DescriptorPoolSize[]
        {
            new() { Type = DescriptorType.CombinedImageSampler, DescriptorCount = Slots },
            new() { Type = DescriptorType.StorageBuffer, DescriptorCount = Slots },
        };
        DescriptorPoolCreateInfo info = new() { SType = StructureType.DescriptorPoolCreateInfo, MaxSets = Slots, PoolSizeCount = 2, PPoolSizes = sizes };
        DescriptorPool pool;
        device.Vk.CreateDescriptorPool(device.Handle, &info, null, &pool).Check("vkCreateDescriptorPool");
        return pool;
    }

    private DescriptorSet AllocateSet()
    {
        DescriptorSetLayout layout = pass.SetLayout;
        DescriptorSetAllocateInfo info = new() { SType = StructureType.DescriptorSetAllocateInfo, DescriptorPool = descriptors, DescriptorSetCount = 1, PSetLayouts = &layout };
        DescriptorSet set;
        device.Vk.AllocateDescriptorSets(device.Handle, &info, &set).Check("vkAllocateDescriptorSets");
        return set;
    }
}
