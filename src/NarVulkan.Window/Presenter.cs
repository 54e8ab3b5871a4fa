using System.Diagnostics;
using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>
/// Draws the current scene into the window, on a thread of its own: a driver that makes presenting wait for the work before it (software drivers do)
/// then never keeps the window from its events. Draws when something changed, when a clip's next frame is due, and now and then, since not every
/// desktop remembers what a covered window showed.
/// </summary>
internal sealed unsafe class Presenter : IDisposable
{
    private const int Slots = 2;
    private const ulong PatienceNanoseconds = 100_000_000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250), PollPause = TimeSpan.FromMilliseconds(10);

    private readonly WindowDevice device;
    private readonly SurfaceFormatKHR format;
    private readonly PicturePass pass;
    private readonly DescriptorPool descriptors;
    private readonly List<FrameSlot> slots = [];
    private readonly Dictionary<ulong, ImageView> views = [];
    private readonly AutoResetEvent changed = new(false);
    private readonly Lock sceneGate = new(), drawGate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Thread thread;
    private Swapchain? swapchain;
    private Scene? current, pending;
    private (int Width, int Height) size;
    private bool stale = true;
    private int nextSlot;
    private volatile bool stopping;
    private volatile Exception? failure;

    public Presenter(WindowDevice device)
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
            Free();
            throw;
        }
        thread = new Thread(Run) { Name = "presenter", IsBackground = true };
        thread.Start();
    }

    /// <summary>What ended the thread before its time; null while all is well.</summary>
    public Exception? Failure => failure;

    /// <summary>Frames presented so far.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Shows a scene from the moment on when it is ready.</summary>
    public void Show(Scene scene)
    {
        lock (sceneGate)
        {
            pending = scene;
        }
        changed.Set();
    }

    /// <summary>The window's size in pixels; zero while it is minimised.</summary>
    public void Resize(int width, int height)
    {
        lock (sceneGate)
        {
            if (size == (width, height))
            {
                return;
            }
            size = (width, height);
            stale = true;
        }
        changed.Set();
    }

    /// <summary>Stops showing an image; when this returns, nothing on the device reads it.</summary>
    public void Release(Image image)
    {
        lock (drawGate)
        {
            lock (sceneGate)
            {
                pending = pending?.Image.Handle == image.Handle ? null : pending;
                current = current?.Image.Handle == image.Handle ? null : current;
            }
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
        changed.Set();
    }

    /// <summary>Ends the thread, waits for the queue and destroys everything.</summary>
    public void Dispose()
    {
        stopping = true;
        changed.Set();
        thread.Join();
        Free();
        changed.Dispose();
    }

    private void Run()
    {
        try
        {
            long shownFrame = -1;
            TimeSpan last = TimeSpan.Zero;
            while (!stopping)
            {
                bool replaced = TakeReadyScene();
                long frame = FrameNow();
                bool due;
                lock (sceneGate)
                {
                    due = (replaced || stale || frame != shownFrame || clock.Elapsed - last > LongestPause) && size is { Width: > 0, Height: > 0 };
                }
                if (due && Draw((int)frame))
                {
                    (shownFrame, last) = (frame, clock.Elapsed);
                }
                changed.WaitOne(Pause());
            }
        }
        catch (Exception e)
        {
            // Told to whoever runs the window: nothing can be shown any more.
            failure = e;
        }
    }

    private TimeSpan Pause()
    {
        lock (sceneGate)
        {
            // A scene that is not ready yet, and a swapchain that could not be made, are looked at again soon.
            if (pending is not null || (stale && size.Width > 0))
            {
                return PollPause;
            }
            if (current is not { Frames: > 1 } clip)
            {
                return LongestPause;
            }
            double seconds = clock.Elapsed.TotalSeconds * clip.FramesPerSecond;
            return TimeSpan.FromSeconds(Math.Clamp((Math.Floor(seconds) + 1 - seconds) / clip.FramesPerSecond, 0.001, LongestPause.TotalSeconds));
        }
    }

    private long FrameNow()
    {
        lock (sceneGate)
        {
            return current is { } scene ? (long)(clock.Elapsed.TotalSeconds * scene.FramesPerSecond) % scene.Frames : 0;
        }
    }

    private bool TakeReadyScene()
    {
        lock (sceneGate)
        {
            if (pending is null || !IsReached(pending.Ready))
            {
                return false;
            }
            (current, pending) = (pending, null);
            return true;
        }
    }

    private bool IsReached(NarTimelinePoint point)
    {
        if (point.Semaphore.Handle == 0)
        {
            return true;
        }
        ulong value;
        device.Vk.GetSemaphoreCounterValue(device.Handle, point.Semaphore, &value).Check("vkGetSemaphoreCounterValue");
        return value >= point.Value;
    }

    // False where nothing was shown: the window has no size just now, or the driver is busy.
    private bool Draw(int frame)
    {
        lock (drawGate)
        {
            FrameSlot slot = slots[nextSlot];
            if (!slot.Wait(PatienceNanoseconds) || !Renew() || swapchain is not { } images)
            {
                return false;
            }
            uint image;
            Result acquired = device.SwapchainApi.AcquireNextImage(device.Handle, images.Handle, PatienceNanoseconds, slot.Acquired, default, &image);
            if (acquired == Result.ErrorOutOfDateKhr)
            {
                MarkStale();
                return false;
            }
            if (acquired.Check("vkAcquireNextImageKHR") is Result.Timeout or Result.NotReady)
            {
                return false;
            }
            Scene? scene;
            lock (sceneGate)
            {
                scene = current;
            }
            Record(slot, images, image, scene, frame);
            Present(slot, images, image, scene?.Ready ?? default);
            nextSlot = (nextSlot + 1) % Slots;
            FrameCount++;
            if (acquired == Result.SuboptimalKhr)
            {
                MarkStale();
            }
            return true;
        }
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
            MarkStale();
            return;
        }
        presented.Check("vkQueuePresentKHR");
    }

    // Makes the swapchain anew where the window has another size; false where it has none.
    private bool Renew()
    {
        (int Width, int Height) wanted;
        lock (sceneGate)
        {
            if (!stale)
            {
                return swapchain is not null;
            }
            wanted = size;
            stale = false;
        }
        device.WaitForQueue();
        Swapchain? old = swapchain;
        swapchain = null;
        try
        {
            swapchain = Swapchain.Create(device, pass.RenderPass, format, (uint)wanted.Width, (uint)wanted.Height, old);
        }
        finally
        {
            old?.Dispose();
        }
        if (swapchain is null)
        {
            MarkStale();
        }
        return swapchain is not null;
    }

    private void MarkStale()
    {
        lock (sceneGate)
        {
            stale = true;
        }
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

    private void Free()
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
}
