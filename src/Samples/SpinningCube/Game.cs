using System.Globalization;
using System.Numerics;
using NarVulkan;
using Silk.NET.Vulkan;
using Silk.NET.Windowing;

namespace SpinningCube;

/// <summary>The window, the device and the frame loop: a game as Silk.NET's tutorials build one, with one line that generates.</summary>
internal sealed unsafe class Game : IDisposable
{
    private const double FramesPerSecond = 8, TitleSeconds = 0.5;

    private readonly SampleOptions options;
    private readonly IWindow window;
    private readonly FrameTimes times = new();
    private readonly List<FrameInFlight> frames = [];
    // Made when the window is there.
    private HostDevice host = null!;
    private ClipGenerator generator = null!;
    private SurfaceFormatKHR format;
    private CubePass pass = null!;
    private WindowImages? images;
    private int next;
    private bool stale = true, generatedLast;
    private double lastTitle;

    public Game(SampleOptions options)
    {
        this.options = options;
        try
        {
            window = Window.Create(WindowOptions.DefaultVulkan with { Title = "SpinningCube", Size = new(640, 640) });
        }
        catch (PlatformNotSupportedException e)
        {
            throw new DeviceException($"no window can be opened (on Linux: libglfw3, and a display that DISPLAY or WAYLAND_DISPLAY names): {e.Message}", e);
        }
        window.Load += Load;
        window.FramebufferResize += _ => stale = true;
        window.Render += Render;
    }

    /// <summary>Frame times of the whole run.</summary>
    public string Report => times.ToString();

    /// <summary>Runs until the window is closed.</summary>
    public void Run()
    {
        window.Initialize();
        window.Run(() =>
        {
            window.DoEvents();
            if (!window.IsClosing)
            {
                window.DoRender();
            }
        });
    }

    /// <summary>What was made for the window goes before it, and the host's view of the texture before the texture.</summary>
    public void Dispose()
    {
        if (host is not null)
        {
            WaitForQueue();
            pass?.Dispose();
            generator?.Dispose();
            images?.Dispose();
            frames.ForEach(frame => frame.Dispose());
            host.Dispose();
        }
        window.Dispose();
    }

    private void Load()
    {
        host = new HostDevice(window.VkSurface ?? throw new DeviceException("the window library finds no Vulkan loader"), options.Device);
        generator = new ClipGenerator(host, options);
        format = WindowImages.ChooseFormat(host);
        pass = new CubePass(host, format.Format, generator.Texture);
        frames.AddRange([new FrameInFlight(host), new FrameInFlight(host)]);
    }

    private void Render(double delta)
    {
        if (options.Clips is { } enough && generator.FinishedClips >= enough)
        {
            window.Close();
            return;
        }
        if (generator.HasPicture)
        {
            times.Add(delta, generatedLast);
        }
        FrameInFlight frame = frames[next];
        frame.Wait();
        if (stale && !Renew())
        {
            // Minimised: nothing to draw into.
            Thread.Sleep(20);
            return;
        }
        uint image;
        Result acquired = host.SwapchainApi.AcquireNextImage(host.Device, images!.Handle, ulong.MaxValue, frame.Acquired, default, &image);
        if (acquired == Result.ErrorOutOfDateKhr)
        {
            stale = true;
            return;
        }
        acquired.Require("vkAcquireNextImageKHR");
        frame.Begin();
        // All of the embedding: a bounded piece of work before the render pass, and its points signalled with the frame.
        IReadOnlyList<NarTimelinePoint> done = generator.Record(frame.Commands);
        pass.Record(
            frame.Commands, images.FramebufferOf(image), images.Extent,
            generator.HasPicture ? Transform(images.Extent) : null, (int)(window.Time * FramesPerSecond) % generator.Texture.Frames);
        frame.Submit(images.RenderedOf(image), done);
        generatedLast = done.Count > 0;
        Present(image, acquired);
        next = (next + 1) % frames.Count;
        Tell();
    }

    private void Present(uint image, Result acquired)
    {
        var rendered = images!.RenderedOf(image);
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
        Result presented;
        lock (host.QueueLock)
        {
            presented = host.SwapchainApi.QueuePresent(host.Queue, &info);
        }
        stale |= acquired == Result.SuboptimalKhr || presented is Result.SuboptimalKhr or Result.ErrorOutOfDateKhr;
        if (presented != Result.ErrorOutOfDateKhr)
        {
            presented.Require("vkQueuePresentKHR");
        }
    }

    // The swapchain for the window's present size; false while it has none.
    private bool Renew()
    {
        WaitForQueue();
        WindowImages? old = images;
        images = WindowImages.Create(host, pass.RenderPass, format, (window.FramebufferSize.X, window.FramebufferSize.Y), old);
        old?.Dispose();
        stale = images is null;
        return !stale;
    }

    private Matrix4x4 Transform(Extent2D extent)
    {
        float time = (float)window.Time;
        Matrix4x4 model = Matrix4x4.CreateRotationY(time * 0.6f) * Matrix4x4.CreateRotationX(0.35f * MathF.Sin(time * 0.4f));
        Matrix4x4 view = Matrix4x4.CreateLookAt(new Vector3(0, 1.1f, 4.6f), Vector3.Zero, Vector3.UnitY);
        Matrix4x4 projection = Matrix4x4.CreatePerspectiveFieldOfView(0.85f, extent.Width / (float)extent.Height, 0.1f, 20);
        // Vulkan's y axis points down.
        projection.M22 = -projection.M22;
        return model * view * projection;
    }

    private void Tell()
    {
        if (window.Time - lastTitle > TitleSeconds)
        {
            lastTitle = window.Time;
            window.Title = string.Create(CultureInfo.InvariantCulture, $"SpinningCube - {generator.Status} - {times}");
        }
    }

    private void WaitForQueue()
    {
        lock (host.QueueLock)
        {
            host.Vk.QueueWaitIdle(host.Queue).Require("vkQueueWaitIdle");
        }
    }
}
