using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;

namespace NarVulkan.Vulkan;

/// <summary>A buffer with its memory, named by its role; whoever created it disposes it, after the commands that use it are done.</summary>
internal sealed unsafe class DeviceBuffer : IDeviceResource, IDisposable
{
    // vec4 and uvec4 views and bindings end on whole elements.
    private const ulong SizeGranularity = 16;

    private readonly VulkanDevice _device;
    private readonly MemoryBlock _block;
    private readonly ulong _offset;
    private readonly Dictionary<Format, BufferView> _views = [];
    private bool _disposed;

    internal DeviceBuffer(VulkanDevice device, string role, ulong bytes, BufferUse use)
    {
        if (bytes == 0)
        {
            throw new DeviceException($"buffer '{role}' of zero bytes: nothing to store");
        }

        if (bytes > device.Profile.MaxAllocationSize)
        {
            throw new DeviceException(
                $"buffer '{role}' needs {DeviceAllocator.Mebibytes(bytes)}, one allocation of {device.Profile.Name} holds at most {DeviceAllocator.Mebibytes(device.Profile.MaxAllocationSize)}: use fewer samples at a time or half-precision weights");
        }

        _device = device;
        Role = role;
        Use = use;
        Size = bytes;
        PaddedSize = MemoryArena.AlignUp(bytes, SizeGranularity);
        var info = new BufferCreateInfo
        {
            SType = StructureType.BufferCreateInfo,
            Size = PaddedSize,
            Usage = Usage(use),
            SharingMode = SharingMode.Exclusive,
        };
        VkBuffer handle;
        device.Api.CreateBuffer(device.Handle, &info, null, &handle).ThrowOnError("vkCreateBuffer", role);
        Handle = handle;
        try
        {
            (_block, _offset, MemoryBytes) = device.Allocator.Bind(handle, role, use);
        }
        catch (DeviceException)
        {
            device.Api.DestroyBuffer(device.Handle, handle, null);
            throw;
        }

        device.Allocator.Register(this);
        device.Name(ObjectType.Buffer, handle.Handle, role);
    }

    /// <summary>What the buffer holds; also its debug name and its name in error messages.</summary>
    public string Role { get; }

    /// <summary>Bytes asked for.</summary>
    public ulong Size { get; }

    /// <summary>Bytes that bindings and views cover: <see cref="Size"/> rounded up to 16.</summary>
    public ulong PaddedSize { get; }

    /// <summary>Bytes of memory behind it.</summary>
    public ulong MemoryBytes { get; }

    public VkBuffer Handle { get; }

    public BufferUse Use { get; }

    /// <summary>The host can write (and slowly read) it in place. Device-local memory behind a bus is left to the device even where it could.</summary>
    public bool IsHostVisible =>
        _block.Mapped is not null && (Use is BufferUse.Upload or BufferUse.Readback || _device.Profile.UnifiedMemory);

    /// <summary>The host reads it at full speed in place.</summary>
    public bool IsHostCached => IsHostVisible && _block.HostCached;

    /// <summary>Its bytes in host address space; valid for host-visible buffers only. The caller orders access with the device.</summary>
    /// <exception cref="InvalidOperationException">The host cannot see this buffer.</exception>
    public byte* Pointer => IsHostVisible
        ? _block.Mapped + _offset
        : throw new InvalidOperationException($"buffer '{Role}' is not host-visible");

    /// <summary>Whether a texel view of this format stays within the device's limit; where not, kernels take the storage path.</summary>
    public bool FitsTexelView(Format format) => PaddedSize / TexelBytes(format) <= _device.Profile.MaxTexelBufferElements;

    /// <summary>A view of the whole buffer, made once for each format, owned by the buffer.</summary>
    /// <exception cref="DeviceException">More texels than the device can address.</exception>
    public BufferView TexelView(Format format)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Use != BufferUse.Texel)
        {
            throw new InvalidOperationException($"buffer '{Role}' was not created for texel views");
        }

        lock (_views)
        {
            if (_views.TryGetValue(format, out var known))
            {
                return known;
            }

            var texels = PaddedSize / TexelBytes(format);
            if (!FitsTexelView(format))
            {
                throw new DeviceException(
                    $"a texel view of '{Role}' has {texels} texels, {_device.Profile.Name} addresses at most {_device.Profile.MaxTexelBufferElements}");
            }

            var info = new BufferViewCreateInfo
            {
                SType = StructureType.BufferViewCreateInfo,
                Buffer = Handle,
                Format = format,
                Offset = 0,
                Range = PaddedSize,
            };
            BufferView view;
            _device.Api.CreateBufferView(_device.Handle, &info, null, &view).ThrowOnError("vkCreateBufferView", Role);
            _device.Name(ObjectType.BufferView, view.Handle, Role);
            _views.Add(format, view);
            return view;
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _device.Uploads.Release(this);
        foreach (var view in _views.Values)
        {
            _device.Api.DestroyBufferView(_device.Handle, view, null);
        }

        _device.Api.DestroyBuffer(_device.Handle, Handle, null);
        _device.Allocator.Release(this, _block, _offset);
    }

    public override string ToString() => $"{Role} ({Size} bytes, {Use})";

    private static ulong TexelBytes(Format format) => format switch
    {
        Format.R32G32B32A32Sfloat or Format.R32G32B32A32Uint or Format.R32G32B32A32Sint => 16,
        Format.R32G32Sfloat or Format.R32G32Uint or Format.R32G32Sint or Format.R16G16B16A16Sfloat => 8,
        Format.R32Sfloat or Format.R32Uint or Format.R32Sint => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no kernel reads texels of this format"),
    };

    private static BufferUsageFlags Usage(BufferUse use)
    {
        const BufferUsageFlags Transfer = BufferUsageFlags.TransferSrcBit | BufferUsageFlags.TransferDstBit;
        return use switch
        {
            BufferUse.Storage => Transfer | BufferUsageFlags.StorageBufferBit,
            BufferUse.Texel => Transfer | BufferUsageFlags.StorageBufferBit | BufferUsageFlags.UniformTexelBufferBit,
            BufferUse.Upload => BufferUsageFlags.TransferSrcBit,
            _ => BufferUsageFlags.TransferDstBit,
        };
    }
}
