using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>Command buffers for short recordings that are submitted once each, used again when their submissions are done. One thread at a time.</summary>
internal sealed class PrimaryRing(VulkanDevice device, string name) : IDisposable
{
    private readonly CommandBufferPool _pool = new(device, name);
    private readonly Queue<RingSlot> _slots = [];

    /// <summary>Value of the last submission; 0 before the first.</summary>
    public ulong LastSubmitted { get; private set; }

    /// <summary>Records and submits.</summary>
    /// <param name="record">Writes into the command buffer.</param>
    /// <param name="after">What must be reached before it runs; null, or a point of no semaphore: nothing but what was submitted before.</param>
    /// <returns>The submission's value on the queue's timeline.</returns>
    public ulong Submit(Action<CommandBuffer> record, NarTimelinePoint? after = null)
    {
        var slot = _slots.TryPeek(out var oldest) && oldest.BusyUntil <= device.Queue.Completed
            ? _slots.Dequeue()
            : new RingSlot(0, _pool.Take($"{name} {_slots.Count}"));
        try
        {
            _pool.Begin(slot.Commands, once: true);
            record(slot.Commands);
            _pool.End(slot.Commands);
            slot.BusyUntil = after is { } point ? device.Queue.SubmitAfter(slot.Commands, point) : device.Queue.Submit(slot.Commands);
            LastSubmitted = slot.BusyUntil;
            return slot.BusyUntil;
        }
        finally
        {
            // Also after a failure: what was recorded is dropped when the command buffer begins again.
            _slots.Enqueue(slot);
        }
    }

    /// <summary>The caller has waited for the last submission.</summary>
    public void Dispose() => _pool.Dispose();
}
