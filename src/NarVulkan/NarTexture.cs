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
    private readonly Lock gate = new();
    private (TimelineSemaphore Timeline, ulong Value)? written, before;
    private bool disposed;

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
    /// When the last decoding that was submitted or recorded is done; no semaphore and value 0 before the first. The semaphore lives as long as the
    /// context, or where the host's command buffer decoded, as long as the session.
    /// </summary>
    public NarTimelinePoint Ready
    {
        get
        {
            lock (gate)
            {
                return written is { } last ? new NarTimelinePoint(last.Timeline.Handle, last.Value) : default;
            }
        }
    }

    internal DeviceImage DeviceImage { get; }

    internal NarContext Context => context;

    /// <summary>Waits for the last decoding and copies the pixels to the host.</summary>
    /// <param name="rgba">Receives [layers, height, width, 4] bytes.</param>
    /// <exception cref="ArgumentException">It does not have that many bytes.</exception>
    /// <exception cref="InvalidOperationException">Nothing was decoded into the texture yet, or what was recorded was not signalled.</exception>
    /// <exception cref="ObjectDisposedException">The texture or its context was disposed.</exception>
    public void CopyTo(Span<byte> rgba)
    {
        if ((ulong)rgba.Length != DeviceImage.PixelBufferBytes)
        {
            throw new ArgumentException($"{rgba.Length} bytes are not the {DeviceImage.PixelBufferBytes} of {Layers} layers of {Width} x {Height} RGBA pixels.", nameof(rgba));
        }
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var (timeline, value) = written ?? throw new InvalidOperationException("Nothing was decoded into this texture yet.");
            try
            {
                timeline.WaitForHost(value);
                ImageReadback.Read(context.Vulkan, DeviceImage, rgba);
            }
            catch (DeviceException e)
            {
                context.Tell(e);
                throw;
            }
        }
    }

    /// <summary>Waits for the last decoding and frees the image.</summary>
    public void Dispose()
    {
        if (context.Remove(this))
        {
            Release();
        }
    }

    /// <summary>Frees the image; nobody else does so any more.</summary>
    internal void Release()
    {
        lock (gate)
        {
            disposed = true;
            try
            {
                written?.Timeline.WaitForHost(written.Value.Value);
            }
            catch (Exception e) when (e is DeviceException or InvalidOperationException)
            {
                // Lost, and nothing runs on it any more; or the host broke the contract and is told so.
                context.Vulkan.Notify(e is InvalidOperationException ? e.Message : null);
            }
            DeviceImage.Dispose();
        }
    }

    /// <summary>Hands the image to what writes it next, which says when it will have; null where it does not write it yet.</summary>
    /// <exception cref="ObjectDisposedException">The texture was disposed.</exception>
    internal void Write(Func<DeviceImage, (TimelineSemaphore Timeline, ulong Value)?> write)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (write(DeviceImage) is { } will)
            {
                (before, written) = (written, will);
            }
        }
    }

    /// <summary>What was to write it at this point will not.</summary>
    internal void Unwrite(NarTimelinePoint point)
    {
        lock (gate)
        {
            if (written is { } last && point == new NarTimelinePoint(last.Timeline.Handle, last.Value))
            {
                (before, written) = (null, before);
            }
        }
    }
}
