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
    internal NarTexture()
    {
    }

    /// <summary>The image. It belongs to the texture; views of it are the host's, and are destroyed before the texture is disposed.</summary>
    public Image Image { get; internal init; }

    /// <summary>The image's own format, <c>VK_FORMAT_R8G8B8A8_UNORM</c>.</summary>
    public Format Format => Format.R8G8B8A8Unorm;

    /// <summary>The other format that views may have (the image is created with a mutable format).</summary>
    public Format SrgbFormat => Format.R8G8B8A8Srgb;

    /// <summary>Layout that the image has whenever no decoding into it is in flight; undefined until the first one.</summary>
    public ImageLayout Layout => ImageLayout.ShaderReadOnlyOptimal;

    /// <summary>The queue family that writes it; reading on others was asked for when it was created.</summary>
    public uint QueueFamily { get; internal init; }

    /// <summary>Pixel columns.</summary>
    public int Width { get; internal init; }

    /// <summary>Pixel rows.</summary>
    public int Height { get; internal init; }

    /// <summary>Frames of a sample; 1 for an image.</summary>
    public int Frames { get; internal init; }

    /// <summary>Samples.</summary>
    public int Samples { get; internal init; }

    /// <summary>Array layers, <see cref="Samples"/> times <see cref="Frames"/>.</summary>
    public int Layers => Samples * Frames;

    /// <summary>When the last decoding that was submitted or recorded is done; value 0 of no semaphore before the first.</summary>
    public NarTimelinePoint Ready { get; internal set; }

    /// <summary>Waits for the last decoding and copies the pixels to the host.</summary>
    /// <param name="rgba">Receives [layers, height, width, 4] bytes.</param>
    public void CopyTo(Span<byte> rgba) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
