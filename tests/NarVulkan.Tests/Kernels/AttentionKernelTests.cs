using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class AttentionKernelTests(VulkanFixture fixture)
{
    // Weights sum to one, so a result is a mean of values of size about 1 (5 at most here): 2^-24 for each of the some
    // hundred roundings of scores (up to 10 in size) and sums, taken at their worst.
    private const float Tolerance = 1e-5f;

    private static readonly AttentionShape Prefix = new()
    {
        Sequences = 2,
        SequenceStride = 1,
        RowsPerSequence = 5,
        Heads = 3,
        HeadSize = 64,
        Capacity = 50,
        KeyCount = 37,
    };

    public static TheoryData<string> Shapes() => [.. Cases.Keys];

    private static readonly Dictionary<string, AttentionShape> Cases = new()
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
        ["nothing visible"] = Prefix with { HiddenBegin = 0, HiddenEnd = 37 },
    };

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_ForAnyShape_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        AssertMatchesTwin(device, new AttentionKernel(device), Cases[name]);
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_InBlocks_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        var shape = InBlocks(name);
        foreach (var tiling in BlockTilings(device, shape.HeadSize))
        {
            AssertMatchesTwin(device, new AttentionKernel(device, _ => tiling), shape);
        }
    }

    [SkippableTheory]
    [InlineData("full attention")]
    [InlineData("causal into a hidden span")]
    [InlineData("masked keys, causal")]
    [InlineData("one row")]
    public void Record_ForAFixedHeadSize_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        foreach (var headSize in new[] { 32, 64 })
        {
            AssertMatchesTwin(device, new AttentionKernel(device, AttentionTiling.SoftwareStorage), Cases[name] with { HeadSize = headSize });
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_WithoutShuffles_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        AssertMatchesTwin(device, new AttentionKernel(device, headSize => AttentionTiling.Software(headSize, shuffle: false)), Cases[name]);
    }

    [SkippableFact]
    public void Record_OnTheStoragePath_MatchesTwin()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { ForceStorageLoadPath = true });
        foreach (var shape in Cases.Values)
        {
            AssertMatchesTwin(device, new AttentionKernel(device), shape);
        }
    }

    [SkippableFact]
    public void Record_WhateverTheNumberOfRowsAndSequences_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        AssertRowsAreBitEqual(device, new AttentionKernel(device), Prefix with { RowsPerSequence = 11 }, [1, 2, 3, 4, 7]);
    }

    [SkippableFact]
    public void Record_WithLargeHeads_WhateverTheNumberOfRows_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        // Causal, so that some rows of a tile see nothing of its last keys.
        var shape = Prefix with { HeadSize = 80, RowsPerSequence = 6, Causal = true, CausalFirstKey = 13 };
        AssertRowsAreBitEqual(device, new AttentionKernel(device), shape, [1, 3]);
    }

    [SkippableFact]
    public void Record_WithoutShuffles_WhateverTheNumberOfRows_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        var kernel = new AttentionKernel(device, headSize => AttentionTiling.Software(headSize, shuffle: false));
        AssertRowsAreBitEqual(device, kernel, Prefix with { HeadSize = 16, RowsPerSequence = 7 }, [1, 2, 3]);
    }

    [SkippableFact]
    public void Record_ForAFixedHeadSize_WhateverTheNumberOfRows_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        AssertRowsAreBitEqual(device, new AttentionKernel(device, AttentionTiling.SoftwareStorage), Prefix with { HeadSize = 32, RowsPerSequence = 7 }, [1, 2, 3, 4]);
    }

    [SkippableFact]
    public void Record_InBlocks_WhateverTheNumberOfRowsAndSequences_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        foreach (var tiling in BlockTilings(device, 16))
        {
            // More than one block of keys; causal, so that some rows of a tile see nothing of the last one. The largest tile serves
            // from many rows on, so it is asked for by itself.
            var shape = Prefix with { Heads = 2, HeadSize = 16, RowsPerSequence = 19, Capacity = 150, KeyCount = 150, Causal = true, CausalFirstKey = 118 };
            var few = tiling with { Tiles = [.. tiling.Tiles.Where(tile => tile.FromRows < 16)] };
            var many = tiling with { Tiles = [tiling.Tiles[^1] with { FromRows = 1 }] };
            var rows = AssertRowsAreBitEqual(device, new AttentionKernel(device, _ => few), shape, [1, 2, 3, 4, 7]);
            Assert.Equal(rows, AssertRowsAreBitEqual(device, new AttentionKernel(device, _ => many), shape, [1, 5, 16]));
        }
    }

    [SkippableFact]
    public void Record_WithLargeScores_StaysFinite()
    {
        var device = fixture.RequireDevice();
        var data = new AttentionData(Prefix, queryScale: 300f);

        var actual = Run(device, new AttentionKernel(device), data, Prefix);

        Assert.All(actual, value => Assert.True(float.IsFinite(value)));
    }

    [SkippableFact]
    public void Record_WithImpossibleShapes_Throws()
    {
        var device = fixture.RequireDevice();
        using var buffer = DeviceArrays.Create(device, new float[16]);
        using var recorder = new CommandRecorder(device, "misuse");
        var kernel = new AttentionKernel(device);
        foreach (var shape in new[] { Prefix with { HeadSize = 14 }, Prefix with { HeadSize = 136 }, Prefix with { KeyCount = 51 }, Prefix with { HiddenBegin = 3 } })
        {
            Assert.Throws<ArgumentException>(() => kernel.Record(recorder, buffer, 0, 16, buffer, buffer, buffer, shape));
        }
    }

    // Software drivers compile blocks for seconds, the longer the larger the head: one case is of 64, and one of 128.
    private static AttentionShape InBlocks(string name) => name == "full attention" || Cases[name].HeadSize != 64 ? Cases[name] : Cases[name] with { HeadSize = 16 };

    /// <summary>The tilings of GPUs with and without shuffles, of many and of few invocations, as far as the device has them.</summary>
    private static IEnumerable<AttentionTiling> BlockTilings(VulkanDevice device, int headSize)
    {
        yield return AttentionTiling.Gpu(headSize, 128, 32, shuffle: false);
        if (device.Profile.SubgroupShuffle && device.Profile.MinSubgroupSize >= 4)
        {
            yield return AttentionTiling.Gpu(headSize, 128, 8, shuffle: true);
            yield return AttentionTiling.Gpu(headSize, device.Profile.MaxWorkgroupInvocations, 32, shuffle: true);
        }
    }

    /// <returns>The rows of the whole dispatch.</returns>
    private static float[] AssertRowsAreBitEqual(VulkanDevice device, AttentionKernel kernel, AttentionShape whole, int[] rowCounts)
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

    private static void AssertMatchesTwin(VulkanDevice device, AttentionKernel kernel, AttentionShape shape)
    {
        var data = new AttentionData(shape);
        var expected = new float[shape.Sequences * shape.RowsPerSequence * shape.Heads * shape.HeadSize];
        AttentionReference.Apply(data.Queries.AsSpan(AttentionData.QueryOffset), data.QueryStride, data.Keys, data.Values, expected, shape, data.Mask);

        var actual = Run(device, kernel, data, shape);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    private static float[] Run(VulkanDevice device, AttentionKernel kernel, AttentionData data, AttentionShape shape)
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
        DeviceArrays.Run(device, recorder => kernel.Record(
            recorder, queries, AttentionData.QueryOffset, (uint)data.QueryStride, keys, values, outputBuffer, shape, mask));
        device.Readbacks.Read<float>(outputBuffer, 0, output);
        Assert.All(output[count..], value => Assert.Equal(Sentinel, value));
        return output[..count];
    }
}
