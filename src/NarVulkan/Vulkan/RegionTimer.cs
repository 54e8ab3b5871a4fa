using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>Timestamps around named regions of a recording; the times of equal names add up.</summary>
internal sealed unsafe class RegionTimer(VulkanDevice device) : IDisposable
{
    private const uint QueriesPerPool = 256;

    private readonly List<QueryPool> _pools = [];
    private readonly List<(string Region, uint Begin, uint End)> _regions = [];
    private uint _used;

    /// <summary>Writes a timestamp after all commands recorded so far; its number is returned.</summary>
    public uint Write(CommandBuffer commands)
    {
        if (_used == _pools.Count * QueriesPerPool)
        {
            AddPool(commands);
        }

        var query = _used++;
        device.Api.CmdWriteTimestamp(commands, PipelineStageFlags.BottomOfPipeBit, _pools[(int)(query / QueriesPerPool)], query % QueriesPerPool);
        return query;
    }

    public void Add(string region, uint begin, uint end) => _regions.Add((region, begin, end));

    /// <summary>Milliseconds per region name in order of first appearance, for the last run.</summary>
    public IReadOnlyList<(string Region, double Milliseconds)> Read()
    {
        var ticks = new ulong[_used];
        for (var i = 0; i < _pools.Count; i++)
        {
            var count = Math.Min(QueriesPerPool, _used - (uint)i * QueriesPerPool);
            fixed (ulong* data = &ticks[i * (int)QueriesPerPool])
            {
                device.Api.GetQueryPoolResults(
                    device.Handle, _pools[i], 0, count, (nuint)count * sizeof(ulong), data, sizeof(ulong), QueryResultFlags.Result64Bit | QueryResultFlags.ResultWaitBit)
                    .ThrowOnError("vkGetQueryPoolResults");
            }
        }

        var bits = device.Profile.TimestampValidBits;
        var mask = bits >= 64 ? ulong.MaxValue : (1UL << (int)bits) - 1;
        var times = new List<(string Region, double Milliseconds)>();
        foreach (var (region, begin, end) in _regions)
        {
            var milliseconds = ((ticks[end] - ticks[begin]) & mask) * (double)device.Profile.TimestampPeriodNanoseconds * 1e-6;
            var known = times.FindIndex(t => t.Region == region);
            if (known < 0)
            {
                times.Add((region, milliseconds));
            }
            else
            {
                times[known] = (region, times[known].Milliseconds + milliseconds);
            }
        }

        return times;
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            device.Api.DestroyQueryPool(device.Handle, pool, null);
        }

        _pools.Clear();
    }

    // The reset is recorded where the pool is first used, so every replay resets it before it writes again.
    private void AddPool(CommandBuffer commands)
    {
        var info = new QueryPoolCreateInfo
        {
            SType = StructureType.QueryPoolCreateInfo,
            QueryType = QueryType.Timestamp,
            QueryCount = QueriesPerPool,
        };
        QueryPool pool;
        device.Api.CreateQueryPool(device.Handle, &info, null, &pool).ThrowOnError("vkCreateQueryPool", "regions");
        _pools.Add(pool);
        device.Api.CmdResetQueryPool(commands, pool, 0, QueriesPerPool);
    }
}
