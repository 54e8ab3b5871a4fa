using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// Learns from timestamps what a multiply-add takes on the device, around work that others submit. Where the queue has no timestamps, and before any
/// are known, it is what the profile's budget of work stands for on the slowest devices of its kind. Pieces that ran remember what they took. One thread at a time.
/// </summary>
internal sealed unsafe class WorkClock : IDisposable
{
    /// <summary>Stands for the value of a submission that has none yet.</summary>
    public const ulong NotSubmitted = ulong.MaxValue;

    // Recordings in flight; one more is not timed.
    private const int Slots = 8;

    // Share of a new measurement: soon right, and not thrown by one frame in which others used the device too.
    private const double Weight = 0.25;

    private readonly VulkanDevice _device;
    private readonly (ulong Value, IReadOnlyList<RecordedPiece> Pieces)[] _slots = new (ulong, IReadOnlyList<RecordedPiece>)[Slots];
    private readonly QueryPool _pool;

    public WorkClock(VulkanDevice device)
    {
        _device = device;
        SecondsPerWork = 1 / device.Profile.WorkBudget;
        if (device.Profile.TimestampPeriodNanoseconds > 0)
        {
            var info = new QueryPoolCreateInfo
            {
                SType = StructureType.QueryPoolCreateInfo,
                QueryType = QueryType.Timestamp,
                QueryCount = 2 * Slots,
            };
            QueryPool pool;
            device.Api.CreateQueryPool(device.Handle, &info, null, &pool).ThrowOnError("vkCreateQueryPool", "workClock");
            _pool = pool;
        }
    }

    /// <summary>Whether anything was measured yet; never where the queue has no timestamps.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Seconds that a multiply-add is expected to take, with all that is around it.</summary>
    public double SecondsPerWork { get; private set; }

    /// <summary>Records the beginning of a measurement; null where none can be made now.</summary>
    public int? Begin(CommandBuffer commands)
    {
        var slot = Array.FindIndex(_slots, slot => slot.Value == 0);
        if (_pool.Handle == 0 || slot < 0)
        {
            return null;
        }

        _device.Api.CmdResetQueryPool(commands, _pool, 2 * (uint)slot, 2);
        _device.Api.CmdWriteTimestamp(commands, PipelineStageFlags.BottomOfPipeBit, _pool, 2 * (uint)slot);
        return slot;
    }

    /// <summary>Records its end.</summary>
    /// <param name="commands">The command buffer that it began in.</param>
    /// <param name="slot">What <see cref="Begin"/> gave.</param>
    /// <param name="value">What the timeline reaches when it has run.</param>
    /// <param name="pieces">What was executed in between.</param>
    public void End(CommandBuffer commands, int? slot, ulong value, IReadOnlyList<RecordedPiece> pieces)
    {
        if (slot is { } index)
        {
            _device.Api.CmdWriteTimestamp(commands, PipelineStageFlags.BottomOfPipeBit, _pool, 2 * (uint)index + 1);
            _slots[index] = (value, pieces);
        }
    }

    /// <summary>What was measured with <see cref="NotSubmitted"/> was submitted, and ends with this value.</summary>
    public void Submitted(ulong value)
    {
        var slot = Array.FindIndex(_slots, slot => slot.Value == NotSubmitted);
        if (slot >= 0)
        {
            _slots[slot].Value = value;
        }
    }

    /// <summary>Forgets the measurement that ends with this value: it did not run.</summary>
    public void Drop(ulong value)
    {
        var slot = Array.FindIndex(_slots, slot => slot.Value == value);
        if (slot >= 0)
        {
            _slots[slot] = default;
        }
    }

    /// <summary>Learns from the measurements that have run by the time that the timeline has reached <paramref name="completed"/>.</summary>
    public void Collect(ulong completed)
    {
        var ticks = stackalloc ulong[2];
        for (var i = 0; i < Slots; i++)
        {
            var (value, pieces) = _slots[i];
            if (value == 0 || value > completed)
            {
                continue;
            }

            _slots[i] = default;
            var result = _device.Api.GetQueryPoolResults(_device.Handle, _pool, 2 * (uint)i, 2, 2 * sizeof(ulong), ticks, sizeof(ulong), QueryResultFlags.Result64Bit);
            if (result.ThrowOnError("vkGetQueryPoolResults", "workClock") == Result.Success)
            {
                var bits = _device.Profile.TimestampValidBits;
                var mask = bits >= 64 ? ulong.MaxValue : (1UL << (int)bits) - 1;
                Learn(((ticks[1] - ticks[0]) & mask) * (double)_device.Profile.TimestampPeriodNanoseconds * 1e-9, pieces);
            }
        }
    }

    /// <summary>What a piece is expected to take, in seconds.</summary>
    public double Expect(RecordedPiece piece) => piece.Seconds > 0 ? piece.Seconds : piece.Work * SecondsPerWork;

    public void Dispose() => _device.Api.DestroyQueryPool(_device.Handle, _pool, null);

    /// <summary>Learns from one measurement. No time at all, as coarse clocks tell of little work, says nothing: what is expected of work always takes some.</summary>
    internal void Learn(double seconds, IReadOnlyList<RecordedPiece> pieces)
    {
        double work = pieces.Sum(piece => piece.Work), expected = pieces.Sum(Expect);
        if (!(work > 0) || !(expected > 0) || !(seconds > 0))
        {
            return;
        }

        // What pieces took together is divided as it was expected of them.
        foreach (var piece in pieces)
        {
            var took = seconds * Expect(piece) / expected;
            piece.Seconds = piece.Seconds > 0 ? piece.Seconds + (took - piece.Seconds) * Weight : took;
        }

        var measured = seconds / work;
        SecondsPerWork = IsMeasured ? SecondsPerWork + (measured - SecondsPerWork) * Weight : measured;
        IsMeasured = true;
    }
}
