using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan;

/// <summary>
/// Pictures on the device: an RGBA8 image of optimal tiling, one array layer for each frame of each sample (layer = sample * <see cref="Frames"/> + frame).
/// Made by <see cref="NarSession.CreateTexture"/>, filled by <see cref="NarSession.Decode"/> as often as wanted. The caller owns it and disposes it
/// when its own commands that use it are done; at the latest it ends with its context.
/// </summary>
/// <remarks>
/// The bytes are those of a PNG of the same picture, display-encoded (sRGB). Sample them through a view of <see cref="SrgbFormat"/> where shaders
/// compute in linear light, and through one of <see cref="Format"/> where bytes are to arrive as they are. Alpha is 255.
/// </remarks>
public sealed class NarTexture : IDisposable
{
    private readonly NarContext context;
    // Held by who submits what uses the image, or waits for it, so that nothing frees it meanwhile; never under the queue lock. Taken before the gate.
    private readonly Lock uses = new();
    // Held for moments, under the queue lock too.
    private readonly Lock gate = new();
    private volatile TimelineValue? written;
    private bool disposed, unwritten;

    internal NarTexture(NarContext context, DeviceImage image, int samples)
    {
        this.context = context;
        DeviceImage = image;
        Samples = samples;
    }

    /// <summary>The image. It belongs to the texture; views of it are the host's, and are destroyed before the texture is disposed.</summary>
    public Image Image => DeviceImage.Handle;

    /// <summary>The image's own format, <c>VK_FORMAT_R8G8B8A8_UNORM</c>.</summary>
    public Format Format => Format.R8G8B8A8Unorm;

    /// <summary>The other format that views may have (the image is created with a mutable format).</summary>
    public Format SrgbFormat => Format.R8G8B8A8Srgb;

    /// <summary>Layout that the image has whenever no decoding into it is in flight; undefined until the first one.</summary>
    public ImageLayout Layout => ImageLayout.ShaderReadOnlyOptimal;

    /// <summary>The queue family that writes it; reading on others is asked for when it is created.</summary>
    public uint QueueFamily => context.QueueFamily;

    /// <summary>Pixel columns.</summary>
    public int Width => DeviceImage.Width;

    /// <summary>Pixel rows.</summary>
    public int Height => DeviceImage.Height;

    /// <summary>Frames of a sample; 1 for an image.</summary>
    public int Frames => DeviceImage.Layers / Samples;

    /// <summary>Samples.</summary>
    public int Samples { get; }

    /// <summary>Array layers, <see cref="Samples"/> times <see cref="Frames"/>.</summary>
    public int Layers => DeviceImage.Layers;

    /// <summary>
    /// When the last decoding that was submitted, or recorded to its end, is done; no semaphore and value 0 before the first. Recording a part of one changes neither
    /// this nor the pictures. The semaphore lives as long as the context, or where the host's command buffer decoded, as long as the session. Never blocks.
    /// </summary>
    public NarTimelinePoint Ready => written?.Point ?? default;

    internal DeviceImage DeviceImage { get; }

    internal NarContext Context => context;

    /// <summary>Waits for the last decoding and copies the pixels to the host.</summary>
    /// <param name="rgba">Receives [layers, height, width, 4] bytes.</param>
    /// <exception cref="ArgumentException">It does not have that many bytes.</exception>
    /// <exception cref="InvalidOperationException">Nothing was decoded into the texture yet, what was recorded was not signalled, or the caller holds the queue lock.</exception>
    /// <exception cref="ObjectDisposedException">The texture or its context was disposed.</exception>
    public void CopyTo(Span<byte> rgba)
    {
        if ((ulong)rgba.Length != DeviceImage.PixelBufferBytes)
        {
            throw new ArgumentException($"{rgba.Length} bytes are not the {DeviceImage.PixelBufferBytes} of {Layers} layers of {Width} x {Height} RGBA pixels.", nameof(rgba));
        }
        context.Vulkan.Queue.RequireLockNotHeld();
        lock (uses)
        {
            RequireAlive();
            var last = written ?? throw new InvalidOperationException("Nothing was decoded into this texture yet.");
            try
            {
                last.Timeline.WaitForHost(last.Value);
                ImageReadback.Read(context.Vulkan, DeviceImage, rgba);
            }
            catch (DeviceException e)
            {
                context.Tell(e);
                throw;
            }
        }
    }

    /// <summary>
    /// Waits for the last decoding that was submitted and frees the image. A command buffer of the host that decodes into it and was not submitted yet must not
    /// be any more.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller holds the queue lock.</exception>
    public void Dispose()
    {
        context.Vulkan.Queue.RequireLockNotHeld();
        if (context.Remove(this))
        {
            Release();
        }
    }

    /// <summary>Frees the image; nobody else does so any more.</summary>
    internal void Release()
    {
        lock (uses)
        {
            lock (gate)
            {
                disposed = true;
            }
            try
            {
                if (unwritten)
                {
                    // Of what was taken back the host may have submitted some.
                    context.Vulkan.Queue.Wait(context.Vulkan.Queue.Mark());
                }
                written?.Timeline.IsReachedByHost(written.Value);
            }
            catch (DeviceException)
            {
                // Lost, and nothing runs on it any more.
            }
            DeviceImage.Dispose();
        }
    }

    /// <summary>Hands the image to what submits commands that write it, which says when they will have.</summary>
    /// <exception cref="ObjectDisposedException">The texture was disposed.</exception>
    internal NarTimelinePoint Submit(Func<DeviceImage, TimelineValue> submit)
    {
        lock (uses)
        {
            RequireAlive();
            var will = submit(DeviceImage);
            lock (gate)
            {
                written = will;
            }
            return will.Point;
        }
    }

    /// <summary>Hands the image, and when it was written last, to what records commands that write it, which says when they will have; null where they do not write it yet.</summary>
    /// <exception cref="ObjectDisposedException">The texture was disposed.</exception>
    internal T Record<T>(Func<DeviceImage, TimelineValue?, (T Result, TimelineValue? Will)> record)
    {
        lock (gate)
        {
            RequireAlive();
            var (result, will) = record(DeviceImage, written);
            written = will ?? written;
            return result;
        }
    }

    /// <summary>What was to write it will not.</summary>
    internal void Unwrite(TimelineValue will, TimelineValue? before)
    {
        lock (gate)
        {
            unwritten = true;
            if (written == will)
            {
                written = before;
            }
        }
    }

    private void RequireAlive() => ObjectDisposedException.ThrowIf(disposed, this);
}
