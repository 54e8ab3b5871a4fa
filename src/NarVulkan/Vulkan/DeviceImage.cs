using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// An RGBA8 image of one or more layers in device memory of its own, which buffers are copied to and shaders of others sample; whoever created it
/// disposes it, after the commands that use it are done.
/// </summary>
internal sealed unsafe class DeviceImage : IDeviceResource, IDisposable
{
    /// <summary>Bytes of a pixel.</summary>
    public const int PixelBytes = 4;

    private readonly VulkanDevice _device;
    private readonly MemoryBlock _block;
    private bool _disposed;

    /// <param name="device">The device.</param>
    /// <param name="role">What it holds.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="layers">Array layers.</param>
    /// <param name="families">Queue families that use it, each once, the device's own among them.</param>
    /// <exception cref="DeviceException">Larger than the device's images may be, or no memory.</exception>
    public DeviceImage(VulkanDevice device, string role, int width, int height, int layers, ReadOnlySpan<uint> families)
    {
        _device = device;
        Role = role;
        (Width, Height, Layers) = (width, height, layers);
        CheckSize();
        fixed (uint* sharing = families)
        {
            var info = new ImageCreateInfo
            {
                SType = StructureType.ImageCreateInfo,
                // So that a view may read the bytes as sRGB.
                Flags = ImageCreateFlags.CreateMutableFormatBit,
                ImageType = ImageType.Type2D,
                Format = Format.R8G8B8A8Unorm,
                Extent = new Extent3D { Width = (uint)width, Height = (uint)height, Depth = 1 },
                MipLevels = 1,
                ArrayLayers = (uint)layers,
                Samples = SampleCountFlags.Count1Bit,
                Tiling = ImageTiling.Optimal,
                Usage = Usage,
                SharingMode = families.Length > 1 ? SharingMode.Concurrent : SharingMode.Exclusive,
                QueueFamilyIndexCount = families.Length > 1 ? (uint)families.Length : 0,
                PQueueFamilyIndices = families.Length > 1 ? sharing : null,
                InitialLayout = ImageLayout.Undefined,
            };
            Image handle;
            device.Api.CreateImage(device.Handle, &info, null, &handle).ThrowOnError("vkCreateImage", role);
            Handle = handle;
        }

        try
        {
            (_block, MemoryBytes) = device.Allocator.Bind(Handle, role);
        }
        catch (DeviceException)
        {
            device.Api.DestroyImage(device.Handle, Handle, null);
            throw;
        }

        device.Allocator.Register(this);
        device.Name(ObjectType.Image, Handle.Handle, role);
    }

    public string Role { get; }

    public ulong MemoryBytes { get; }

    public Image Handle { get; }

    public int Width { get; }

    public int Height { get; }

    public int Layers { get; }

    /// <summary>Bytes of all pixels, as a buffer holds them.</summary>
    public ulong PixelBufferBytes => (ulong)Width * (ulong)Height * (ulong)Layers * PixelBytes;

    private const ImageUsageFlags Usage = ImageUsageFlags.TransferDstBit | ImageUsageFlags.TransferSrcBit | ImageUsageFlags.SampledBit;

    /// <summary>
    /// Records the copy of a buffer's pixels, [layers, height, width, 4] bytes, into all layers. What they held is dropped; they end in the layout for
    /// sampling, visible to whatever follows on the queue.
    /// </summary>
    public void CopyFrom(CommandBuffer commands, DeviceBuffer pixels)
    {
        // Whatever read the image before on this queue, in any stage, is over; what it held need not be kept. The pixels come from shaders.
        Barrier(commands, PipelineStageFlags.AllCommandsBit, AccessFlags.ShaderWriteBit, ImageLayout.Undefined, PipelineStageFlags.TransferBit, AccessFlags.TransferWriteBit | AccessFlags.TransferReadBit, ImageLayout.TransferDstOptimal);
        var region = Region();
        _device.Api.CmdCopyBufferToImage(commands, pixels.Handle, Handle, ImageLayout.TransferDstOptimal, 1, &region);
        Barrier(commands, PipelineStageFlags.TransferBit, AccessFlags.TransferWriteBit, ImageLayout.TransferDstOptimal, PipelineStageFlags.AllCommandsBit, AccessFlags.MemoryReadBit, ImageLayout.ShaderReadOnlyOptimal);
    }

    /// <summary>Records the reverse of <see cref="CopyFrom"/>, for the host to read; the image stays as it is.</summary>
    public void CopyTo(CommandBuffer commands, DeviceBuffer pixels)
    {
        Barrier(commands, PipelineStageFlags.AllCommandsBit, AccessFlags.MemoryWriteBit, ImageLayout.ShaderReadOnlyOptimal, PipelineStageFlags.TransferBit, AccessFlags.TransferReadBit, ImageLayout.TransferSrcOptimal);
        var region = Region();
        _device.Api.CmdCopyImageToBuffer(commands, Handle, ImageLayout.TransferSrcOptimal, pixels.Handle, 1, &region);
        Barrier(commands, PipelineStageFlags.TransferBit, AccessFlags.None, ImageLayout.TransferSrcOptimal, PipelineStageFlags.AllCommandsBit, AccessFlags.MemoryReadBit, ImageLayout.ShaderReadOnlyOptimal);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _device.Api.DestroyImage(_device.Handle, Handle, null);
            _device.Allocator.Release(this, _block, 0);
        }
    }

    public override string ToString() => $"{Role} ({Layers} x {Height} x {Width} pixels)";

    private void CheckSize()
    {
        ImageFormatProperties limits;
        var result = _device.Api.GetPhysicalDeviceImageFormatProperties(
            _device.PhysicalDevice, Format.R8G8B8A8Unorm, ImageType.Type2D, ImageTiling.Optimal, Usage, ImageCreateFlags.CreateMutableFormatBit, &limits);
        result.ThrowOnError("vkGetPhysicalDeviceImageFormatProperties", Role);
        if ((uint)Width > limits.MaxExtent.Width || (uint)Height > limits.MaxExtent.Height || (uint)Layers > limits.MaxArrayLayers)
        {
            throw new DeviceException(
                $"'{Role}' of {Layers} layers of {Width} x {Height} pixels: images of {_device.Profile.Name} have at most {limits.MaxArrayLayers} layers of {limits.MaxExtent.Width} x {limits.MaxExtent.Height}: use fewer samples at a time, or smaller images");
        }
    }

    private BufferImageCopy Region() => new()
    {
        ImageSubresource = new ImageSubresourceLayers { AspectMask = ImageAspectFlags.ColorBit, LayerCount = (uint)Layers },
        ImageExtent = new Extent3D { Width = (uint)Width, Height = (uint)Height, Depth = 1 },
    };

    /// <summary>An image barrier, with a memory barrier of the same scope for the buffer on the other side of the copy.</summary>
    private void Barrier(CommandBuffer commands, PipelineStageFlags from, AccessFlags made, ImageLayout old, PipelineStageFlags to, AccessFlags seen, ImageLayout next)
    {
        var memory = new MemoryBarrier { SType = StructureType.MemoryBarrier, SrcAccessMask = made, DstAccessMask = seen };
        var image = new ImageMemoryBarrier
        {
            SType = StructureType.ImageMemoryBarrier,
            SrcAccessMask = made,
            DstAccessMask = seen,
            OldLayout = old,
            NewLayout = next,
            SrcQueueFamilyIndex = Vk.QueueFamilyIgnored,
            DstQueueFamilyIndex = Vk.QueueFamilyIgnored,
            Image = Handle,
            SubresourceRange = new ImageSubresourceRange { AspectMask = ImageAspectFlags.ColorBit, LevelCount = 1, LayerCount = (uint)Layers },
        };
        _device.Api.CmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, null, 1, &image);
    }
}
