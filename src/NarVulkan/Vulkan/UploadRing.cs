using System.Runtime.ExceptionServices;
using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// Host to device. Writes in place where the host sees the destination, else through a few bounded staging slots whose
/// copies are submitted when a slot is full or at <see cref="Flush"/>. Everything uploaded is seen by commands
/// submitted after the next flush; recorded commands flush before they run.
/// </summary>
internal sealed unsafe class UploadRing : IDisposable
{
    /// <summary>Chunks handed to an <see cref="UploadWriter"/> are multiples of this, except the last one of a region.</summary>
    public const uint ChunkGranularity = 64 << 10;

    /// <summary>Role of the staging buffer.</summary>
    public const string Role = "uploadRing";

    private const int SlotCount = 4;
    private const ulong CopyAlignment = 16;

    private readonly VulkanDevice _device;
    private readonly BarrierWriter _barriers;
    private readonly ulong _slotBytes;
    private readonly Lock _lock = new();
    private readonly HashSet<DeviceBuffer> _written = [];
    private readonly Dictionary<DeviceBuffer, ulong> _submitted = [];
    private StagingSlots? _staging;
    private int _current;
    private ulong _used;
    private bool _recording;
    private DeviceException? _unreported;

    public UploadRing(VulkanDevice device, uint slotBytes)
    {
        if (slotBytes == 0 || slotBytes % ChunkGranularity != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(slotBytes), slotBytes, $"a multiple of {ChunkGranularity} is needed");
        }

        _device = device;
        _barriers = new BarrierWriter(device.Api);
        // The whole ring is one allocation.
        var largest = device.Profile.MaxAllocationSize / SlotCount / ChunkGranularity * ChunkGranularity;
        _slotBytes = Math.Max(Math.Min(slotBytes, largest), ChunkGranularity);
    }

    /// <summary>Bytes that went through staging slots.</summary>
    public ulong StagedBytes { get; private set; }

    /// <summary>Copies values to the buffer, from a byte offset on.</summary>
    public void Upload<T>(DeviceBuffer destination, ulong destinationOffsetBytes, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        fixed (T* pointer = data)
        {
            Upload(destination, destinationOffsetBytes, (ulong)data.Length * (ulong)sizeof(T), new MemoryChunks((byte*)pointer));
        }
    }

    /// <summary>Has a region of the buffer written chunk by chunk, in order, straight into mapped memory.</summary>
    public void Upload(DeviceBuffer destination, ulong destinationOffsetBytes, ulong bytes, UploadWriter write) =>
        Upload(destination, destinationOffsetBytes, bytes, new WrittenChunks(write));

    private void Upload<TChunks>(DeviceBuffer destination, ulong destinationOffsetBytes, ulong bytes, TChunks chunks)
        where TChunks : struct, IChunks
    {
        CheckRange(destination, destinationOffsetBytes, bytes);
        lock (_lock)
        {
            if (destination.IsHostVisible)
            {
                // Work in flight may still read what is about to be overwritten.
                FlushLocked();
                _device.Queue.WaitAll();
                for (ulong done = 0; done < bytes;)
                {
                    var chunk = Math.Min(bytes - done, _slotBytes);
                    chunks.Fill(done, new Span<byte>(destination.Pointer + destinationOffsetBytes + done, (int)chunk));
                    done += chunk;
                }

                return;
            }

            for (ulong done = 0; done < bytes;)
            {
                done += Stage(destination, destinationOffsetBytes, done, bytes - done, chunks);
            }
        }
    }

    /// <summary>Sets a range to a repeated 32-bit value; offset and bytes are multiples of 4.</summary>
    public void Fill(DeviceBuffer destination, ulong offset, ulong bytes, uint value)
    {
        if (offset + bytes > destination.PaddedSize)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"fill ends past the end of {destination}");
        }

        lock (_lock)
        {
            if (destination.IsHostVisible)
            {
                FlushLocked();
                _device.Queue.WaitAll();
                for (ulong done = 0; done < bytes; done += _slotBytes)
                {
                    var words = (int)(Math.Min(bytes - done, _slotBytes) / sizeof(uint));
                    new Span<uint>(destination.Pointer + offset + done, words).Fill(value);
                }

                return;
            }

            BeginSlot();
            Span<BufferAccess> access = [new(destination.Handle.Handle, offset, offset + bytes, false, true)];
            _barriers.Before(access);
            _written.Add(destination);
            _device.Api.CmdFillBuffer(_staging![_current].Commands, destination.Handle, offset, bytes, value);
        }
    }

    /// <summary>Submits what is staged; does not wait.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            FlushLocked();
        }
    }

    /// <summary>Waits until no copy or fill of this ring refers to the buffer any more; called when it is disposed.</summary>
    public void Release(DeviceBuffer buffer)
    {
        lock (_lock)
        {
            if (_written.Contains(buffer))
            {
                try
                {
                    // Whatever else is still to be told: the slot must not outlive the buffer.
                    SubmitSlot();
                }
                catch (DeviceException e)
                {
                    // The slot is dropped and refers to this buffer no more, but uploads to others were lost with it,
                    // and disposing is no place to throw: the next flush tells.
                    _unreported = e;
                }
            }

            if (_submitted.Remove(buffer, out var value))
            {
                _device.Queue.TryWait(value);
            }
        }
    }

    public void Dispose()
    {
        _staging?.Dispose();
    }

    private static void CheckRange(DeviceBuffer destination, ulong offset, ulong bytes)
    {
        if (offset > destination.Size || bytes > destination.Size - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"upload at {offset} ends past the end of {destination}");
        }
    }

    private ulong Stage<TChunks>(DeviceBuffer destination, ulong destinationOffset, ulong done, ulong left, TChunks chunks)
        where TChunks : struct, IChunks
    {
        _used = MemoryArena.AlignUp(_used, CopyAlignment);
        if (_recording && _slotBytes - Math.Min(_used, _slotBytes) < Math.Min(left, ChunkGranularity))
        {
            FlushLocked();
        }

        BeginSlot();
        var take = Math.Min(left, _slotBytes - _used);
        if (take < left)
        {
            take -= take % ChunkGranularity;
        }

        var slot = _staging![_current];
        var source = slot.Offset + _used;
        chunks.Fill(done, new Span<byte>(_staging.Buffer.Pointer + source, (int)take));
        var begin = destinationOffset + done;
        Span<BufferAccess> access = [new(destination.Handle.Handle, begin, begin + take, false, true)];
        _barriers.Before(access);
        _written.Add(destination);
        var region = new BufferCopy { SrcOffset = source, DstOffset = begin, Size = take };
        _device.Api.CmdCopyBuffer(slot.Commands, _staging.Buffer.Handle, destination.Handle, 1, &region);
        _used += take;
        StagedBytes += take;
        return take;
    }

    private void BeginSlot()
    {
        if (_recording)
        {
            return;
        }

        // A ring is made at its first use: on devices with unified memory that is never.
        _staging ??= new StagingSlots(_device, Role, SlotCount, _slotBytes, BufferUse.Upload);
        var slot = _staging[_current];
        _device.Queue.Wait(slot.BusyUntil);
        _staging.Pool.Begin(slot.Commands, once: true);
        _barriers.Begin(slot.Commands);
        _used = 0;
        _recording = true;
    }

    /// <exception cref="DeviceException">
    /// The slot could not be submitted, now or when a buffer was disposed: the uploads in it are lost and must be repeated.
    /// </exception>
    private void FlushLocked()
    {
        if (_unreported is { } earlier)
        {
            _unreported = null;
            ExceptionDispatchInfo.Throw(earlier);
        }

        SubmitSlot();
    }

    /// <exception cref="DeviceException">The slot could not be submitted: the uploads in it are lost and must be repeated.</exception>
    private void SubmitSlot()
    {
        if (!_recording)
        {
            return;
        }

        // Whether or not the submission succeeds, the slot is closed: nothing more can be recorded in it.
        _recording = false;
        var slot = _staging![_current];
        try
        {
            _staging.Pool.End(slot.Commands);
            slot.BusyUntil = _device.Queue.Submit(slot.Commands);
            foreach (var buffer in _written)
            {
                _submitted[buffer] = slot.BusyUntil;
            }

            _current = (_current + 1) % SlotCount;
        }
        finally
        {
            _written.Clear();
        }
    }

    /// <summary>Where chunks come from; a structure, so that uploads of values, as every replay makes them, allocate nothing.</summary>
    private interface IChunks
    {
        void Fill(ulong offsetInRegion, Span<byte> chunk);
    }

    private readonly struct WrittenChunks(UploadWriter write) : IChunks
    {
        public void Fill(ulong offsetInRegion, Span<byte> chunk) => write(offsetInRegion, chunk);
    }

    /// <summary>Memory that stays pinned during the upload.</summary>
    private readonly struct MemoryChunks(byte* source) : IChunks
    {
        public void Fill(ulong offsetInRegion, Span<byte> chunk) => new ReadOnlySpan<byte>(source + offsetInRegion, chunk.Length).CopyTo(chunk);
    }
}
