using NarVulkan.Kernels;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;
using static NarVulkan.Tests.Kernels.AttentionCases;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class AttentionKernelTests(VulkanFixture fixture)
{
    public static TheoryData<string> Shapes() => [.. Cases.Keys];

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
    [InlineData("position biases, masked keys, every row's own, too")]
    [InlineData("one row")]
    public void Record_ForAFixedHeadSize_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        foreach (var headSize in new[] { 32, 64 })
        {
            AssertMatchesTwin(device, new AttentionKernel(device, shape => AttentionTiling.SoftwareStorage(shape.HeadSize)), Cases[name] with { HeadSize = headSize });
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_WithoutShuffles_MatchesTwin(string name)
    {
        var device = fixture.RequireDevice();
        AssertMatchesTwin(device, new AttentionKernel(device, shape => AttentionTiling.Software(shape.HeadSize, shuffle: false)), Cases[name]);
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
        var kernel = new AttentionKernel(device, shape => AttentionTiling.Software(shape.HeadSize, shuffle: false));
        AssertRowsAreBitEqual(device, kernel, Prefix with { HeadSize = 16, RowsPerSequence = 7 }, [1, 2, 3]);
    }

    [SkippableFact]
    public void Record_ForAFixedHeadSize_WhateverTheNumberOfRows_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        AssertRowsAreBitEqual(device, new AttentionKernel(device, shape => AttentionTiling.SoftwareStorage(shape.HeadSize)), Prefix with { HeadSize = 32, RowsPerSequence = 7 }, [1, 2, 3, 4]);
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
}
