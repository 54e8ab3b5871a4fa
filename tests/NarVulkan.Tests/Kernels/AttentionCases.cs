using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>Shapes of attention, and what every way to compute it must do with them.</summary>
internal static class AttentionCases
{
    // Weights sum to one, so a result is a mean of values of size about 1 (5 at most here): 2^-24 for each of the some
    // hundred roundings of scores (up to 10 in size) and sums, taken at their worst.
    public const float Tolerance = 1e-5f;

    public static readonly AttentionShape Prefix = new()
    {
        Sequences = 2,
        SequenceStride = 1,
        RowsPerSequence = 5,
        Heads = 3,
        HeadSize = 64,
        Capacity = 50,
        KeyCount = 37,
    };

    public static readonly Dictionary<string, AttentionShape> Cases = new()
    {
        ["prefix"] = Prefix,
        ["one row"] = Prefix with { RowsPerSequence = 1 },
        ["two rows"] = Prefix with { RowsPerSequence = 2 },
        ["one key"] = Prefix with { KeyCount = 1 },
        ["fewer keys than lanes"] = Prefix with { KeyCount = 5 },
        ["full attention"] = Prefix with { RowsPerSequence = 67, Capacity = 67, KeyCount = 67 },
        ["head of 4"] = Prefix with { HeadSize = 4 },
        ["head of 12"] = Prefix with { HeadSize = 12 },
        ["head of 8"] = Prefix with { HeadSize = 8 },
        ["head of 48"] = Prefix with { HeadSize = 48 },
        ["head of 100"] = Prefix with { HeadSize = 100 },
        ["head of 128"] = Prefix with { HeadSize = 128, KeyCount = 50 },
        ["conditional half only"] = Prefix with { SequenceStride = 2 },
        ["hidden span"] = Prefix with { HiddenBegin = 4, HiddenEnd = 21 },
        ["hidden from the first key"] = Prefix with { HiddenBegin = 0, HiddenEnd = 9 },
        ["hidden to the last key"] = Prefix with { HiddenBegin = 30, HiddenEnd = 50 },
        ["causal"] = Prefix with { Causal = true, CausalFirstKey = 20 },
        ["causal from nothing"] = Prefix with { Causal = true, CausalFirstKey = 0, RowsPerSequence = 37 },
        ["causal into a hidden span"] = Prefix with { Causal = true, CausalFirstKey = 10, HiddenBegin = 12, HiddenEnd = 14, RowsPerSequence = 9 },
        ["masked keys"] = Prefix with { MaskedKeys = 33, CausalFirstKey = 4 },
        ["masked keys, causal"] = Prefix with { MaskedKeys = 37, Causal = true, CausalFirstKey = 0, RowsPerSequence = 37 },
        ["masked keys, conditional half only"] = Prefix with { MaskedKeys = 20, SequenceStride = 2, CausalFirstKey = 32 },
        ["position biases"] = Prefix with { BiasReach = 40, CausalFirstKey = 3, Unscaled = true },
        ["position biases, masked keys, every row's own, too"] = Prefix with
        {
            RowsPerSequence = 37, BiasReach = 36, MaskedKeys = 37, OwnKeyMasked = true, Unscaled = true,
        },
        ["position biases, causal into a hidden span"] = Prefix with
        {
            BiasReach = 50, Causal = true, CausalFirstKey = 10, HiddenBegin = 12, HiddenEnd = 14, RowsPerSequence = 9, Unscaled = true,
        },
        ["position biases, one row of a head of 8"] = Prefix with { HeadSize = 8, RowsPerSequence = 1, BiasReach = 36, Unscaled = true },
        ["nothing visible"] = Prefix with { HiddenBegin = 0, HiddenEnd = 37 },
    };

    /// <returns>The rows of the whole dispatch.</returns>
    public static float[] AssertRowsAreBitEqual(VulkanDevice device, AttentionKernel kernel, AttentionShape whole, int[] rowCounts)
    {
        var data = new AttentionData(whole);
        var width = whole.Heads * whole.HeadSize;
        var all = Run(device, kernel, data, whole);
        foreach (var rows in rowCounts)
        {
            var few = Run(device, kernel, data, whole with { Sequences = 1, RowsPerSequence = rows });
            Assert.Equal(all[..(rows * width)], few);
        }

        return all;
    }

    public static void AssertMatchesTwin(VulkanDevice device, AttentionKernel kernel, AttentionShape shape, float tolerance = Tolerance)
    {
        var data = new AttentionData(shape);
        var expected = new float[shape.Sequences * shape.RowsPerSequence * shape.Heads * shape.HeadSize];
        AttentionReference.Apply(data.Queries.AsSpan(AttentionData.QueryOffset), data.QueryStride, data.Keys, data.Values, expected, shape, data.Mask, data.Biases);

        var actual = Run(device, kernel, data, shape);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    public static float[] Run(VulkanDevice device, AttentionKernel kernel, AttentionData data, AttentionShape shape)
    {
        using var queries = DeviceArrays.Create(device, data.Queries);
        using var keys = DeviceArrays.Create(device, data.Keys);
        using var values = DeviceArrays.Create(device, data.Values);
        // Rows are dense and start at the buffer's first float: the guard is what lies behind them.
        var width = shape.Heads * shape.HeadSize;
        var count = shape.Sequences * shape.RowsPerSequence * width;
        const float Sentinel = -7.77e33f;
        var output = new float[count + 64];
        Array.Fill(output, Sentinel);
        using var outputBuffer = DeviceArrays.Create(device, output);
        using var mask = shape.MaskedKeys > 0 ? DeviceArrays.Create(device, data.Mask) : null;
        using var biases = shape.BiasReach is null ? null : DeviceArrays.Create(device, data.Biases);
        DeviceArrays.Run(device, recorder => kernel.Record(
            recorder, queries, AttentionData.QueryOffset, (uint)data.QueryStride, keys, values, outputBuffer, shape, mask, biases));
        device.Readbacks.Read<float>(outputBuffer, 0, output);
        Assert.All(output[count..], value => Assert.Equal(Sentinel, value));
        return output[..count];
    }
}
