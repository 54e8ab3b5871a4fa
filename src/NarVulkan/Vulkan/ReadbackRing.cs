using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// Device to host. Reads in place where the host sees the source at full speed, else copies through two staging slots,
/// one being filled by the device while the other is emptied by the host. A read waits for all that was submitted before it.
/// </summary>
internal sealed unsafe class ReadbackRing : IDisposable
{
    /// <summary>Role of the staging buffer.</summary>
    public const string Role = "readbackRing";

    private const int SlotCount = 2;

    private readonly VulkanDevice _device;
    private readonly BarrierWriter _barriers;
    private readonly ulong _slotBytes;
    private readonly Lock _lock = new();
    private StagingSlots? _staging;

    public ReadbackRing(VulkanDevice device, uint slotBytes)
    {
        _device = device;
        _barriers = new BarrierWriter(device.Api);
        _slotBytes = Math.Min(slotBytes, device.Profile.MaxAllocationSize / SlotCount);
    }

    /// <summary>Reads values from a byte offset on, as many as the destination holds.</summary>
    public void Read<T>(DeviceBuffer source, ulong sourceOffsetBytes, Span<T> destination)
        where T : unmanaged
    {
        // No span of bytes: it would end at 2 GiB.
        var bytes = (ulong)destination.Length * (ulong)sizeof(T);
        if (sourceOffsetBytes > source.Size || bytes > source.Size - sourceOffsetBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(destination), bytes, $"read at {sourceOffsetBytes} ends past the end of {source}");
        }

        lock (_lock)
        {
            _device.Uploads.Flush();
            fixed (T* pointer = destination)
            {
                if (source.IsHostCached)
                {
                    _device.Queue.WaitAll();
                    NativeMemory.Copy(source.Pointer + sourceOffsetBytes, pointer, (nuint)bytes);
                }
                else
                {
                    try
                    {
                        ReadStaged(source, sourceOffsetBytes, (byte*)pointer, bytes);
                    }
                    catch (DeviceException)
                    {
                        // The next read takes the slots again, of which one may be in flight.
                        _device.Queue.TryWaitAll();
                        throw;
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        _staging?.Dispose();
    }

    private void ReadStaged(DeviceBuffer source, ulong sourceOffset, byte* destination, ulong bytes)
    {
        _staging ??= new StagingSlots(_device, Role, SlotCount, _slotBytes, BufferUse.Readback);
        var chunks = checked((int)((bytes + _slotBytes - 1) / _slotBytes));
        for (var i = 0; i < chunks + 1; i++)
        {
            if (i < chunks)
            {
                Submit(_staging, source, sourceOffset, i, bytes);
            }

            if (i > 0)
            {
                var slot = _staging[(i - 1) % SlotCount];
                _device.Queue.Wait(slot.BusyUntil);
                var begin = _slotBytes * (ulong)(i - 1);
                var chunk = Math.Min(_slotBytes, bytes - begin);
                NativeMemory.Copy(_staging.Buffer.Pointer + slot.Offset, destination + begin, (nuint)chunk);
            }
        }
    }

    private void Submit(StagingSlots staging, DeviceBuffer source, ulong sourceOffset, int chunk, ulong total)
    {
        var slot = staging[chunk % SlotCount];
        var begin = _slotBytes * (ulong)chunk;
        var region = new BufferCopy
        {
            SrcOffset = sourceOffset + begin,
            DstOffset = slot.Offset,
            Size = Math.Min(_slotBytes, total - begin),
        };
        staging.Pool.Begin(slot.Commands, once: true);
        _barriers.Begin(slot.Commands);
        _device.Api.CmdCopyBuffer(slot.Commands, source.Handle, staging.Buffer.Handle, 1, &region);
        _barriers.ReleaseToHost();
        staging.Pool.End(slot.Commands);
        slot.BusyUntil = _device.Queue.Submit(slot.Commands);
    }
}
