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
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250), PollPause = TimeSpan.FromMilliseconds(10);

    private readonly WindowDevice device;
    private readonly WindowRenderer renderer;
    private readonly AutoResetEvent changed = new(false);
    private readonly Lock sceneGate = new(), drawGate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Thread thread;
    private Scene? current, pending;
    private (int Width, int Height) size;
    private bool resized;
    private volatile bool stopping;
    private volatile Exception? failure;

    public Presenter(WindowDevice device)
    {
        this.device = device;
        renderer = new WindowRenderer(device);
        thread = new Thread(Run) { Name = "presenter", IsBackground = true };
        thread.Start();
    }

    /// <summary>What ended the thread before its time; null while all is well.</summary>
    public Exception? Failure => failure;

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
            (size, resized) = ((width, height), true);
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
            renderer.Release(image);
        }
        changed.Set();
    }

    /// <summary>Ends the thread, waits for the queue and destroys everything.</summary>
    public void Dispose()
    {
        stopping = true;
        changed.Set();
        thread.Join();
        renderer.Dispose();
        changed.Dispose();
    }

    private void Run()
    {
        try
        {
            long shownFrame = -1;
            TimeSpan last = TimeSpan.Zero;
            // What could not be drawn at once is owed.
            bool owed = false;
            while (!stopping)
            {
                owed |= TakeReadyScene();
                long frame = FrameNow();
                bool visible;
                lock (sceneGate)
                {
                    owed |= resized || renderer.IsStale || frame != shownFrame || clock.Elapsed - last > LongestPause;
                    visible = size is { Width: > 0, Height: > 0 };
                }
                if (owed && visible && Draw((int)frame))
                {
                    (owed, shownFrame, last) = (false, frame, clock.Elapsed);
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

    private bool Draw(int frame)
    {
        lock (drawGate)
        {
            Scene? scene;
            (int, int) now;
            lock (sceneGate)
            {
                (scene, now, resized) = (current, size, false);
            }
            return renderer.Draw(scene, frame, now);
        }
    }

    private TimeSpan Pause()
    {
        lock (sceneGate)
        {
            // A scene that is not ready yet, and a swapchain that could not be made, are looked at again soon.
            if (pending is not null || (renderer.IsStale && size.Width > 0))
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
}
