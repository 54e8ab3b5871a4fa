using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;
using static NarVulkan.Tests.Kernels.AttentionCases;

namespace NarVulkan.Tests.Kernels;

/// <summary>On a driver with cooperative matrices only: <c>tools/drivers/with lavapipe-forward</c>, or a GPU.</summary>
[Collection(VulkanCollection.Name)]
public sealed class AttentionCooperativeTests(VulkanFixture fixture)
{
    public static TheoryData<string> Shapes() => [.. Cases.Keys];

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_ForAnyShape_MatchesTwin(string name)
    {
        var device = fixture.RequireCooperativeDevice();
        AssertMatchesTwin(device, new AttentionKernel(device), Cases[name]);
    }

    [SkippableFact]
    public void Record_ForAHeadOfWholeTiles_IsOnMatrices()
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var headSize in new[] { 16, 32, 48, 64, 80, 128 })
        {
            Assert.Equal(AttentionLayout.Cooperative, AttentionTiling.For(device.Profile, headSize).Layout);
            // More than a block of keys, more than a tile of rows.
            AssertMatchesTwin(device, new AttentionKernel(device), Prefix with { HeadSize = headSize, Heads = 2, RowsPerSequence = 19, Capacity = 150, KeyCount = 139 });
        }

        Assert.NotEqual(AttentionLayout.Cooperative, AttentionTiling.For(device.Profile, headSize: 12).Layout);
    }

    [SkippableFact]
    public void Record_WithEveryNumberOfSubgroups_MatchesTwin()
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var subgroups in new[] { 1, 2, 4, 8 })
        {
            foreach (var headSize in new[] { 16, 48, 64 })
            {
                var tiling = Tiling(device, subgroups, headSize);
                AssertMatchesTwin(device, new AttentionKernel(device, _ => tiling), Prefix with { HeadSize = headSize, RowsPerSequence = 18, Capacity = 130, KeyCount = 121 });
            }
        }
    }

    [SkippableFact]
    public void Record_WhateverTheNumberOfRowsAndSequences_GivesBitEqualRows()
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var headSize in new[] { 16, 64 })
        {
            // More than one block of keys; causal, so that some rows of a tile see nothing of the last one.
            var shape = Prefix with { Heads = 2, HeadSize = headSize, RowsPerSequence = 35, Capacity = 150, KeyCount = 150, Causal = true, CausalFirstKey = 100 };
            var tiling = AttentionTiling.For(device.Profile, headSize);
            Assert.Equal(2, tiling.Tiles.Length);
            var one = tiling with { Tiles = [tiling.Tiles[0]] };
            var two = tiling with { Tiles = [tiling.Tiles[1] with { FromRows = 1 }] };
            var rows = AssertRowsAreBitEqual(device, new AttentionKernel(device, _ => one), shape, [1, 2, 3, 8, 9, 17, 34]);
            Assert.Equal(rows, AssertRowsAreBitEqual(device, new AttentionKernel(device, _ => two), shape, [1, 5, 16, 17]));
        }
    }

    [SkippableFact]
    public void Record_WhereverARowLies_GivesItsBits()
    {
        const int Rows = 21, Moved = 6;
        var device = fixture.RequireCooperativeDevice();
        var shape = Prefix with { Sequences = 1, RowsPerSequence = Rows };
        var data = new AttentionData(shape);
        var expected = Run(device, new AttentionKernel(device), data, shape);
        var queries = data.Queries.AsSpan(AttentionData.QueryOffset).ToArray();
        for (var row = 0; row < Rows; row++)
        {
            queries.AsSpan(row * data.QueryStride, data.QueryStride).CopyTo(data.Queries.AsSpan(AttentionData.QueryOffset + (row + Moved) % Rows * data.QueryStride));
        }

        var moved = Run(device, new AttentionKernel(device), data, shape);

        var width = shape.Heads * shape.HeadSize;
        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(expected.AsSpan(row * width, width), moved.AsSpan((row + Moved) % Rows * width, width));
        }
    }

    [SkippableFact]
    public void Record_WithRoundedActivations_StaysNearTheTwinWithBitEqualRows()
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = true, HalfActivations = true });
        var shape = Prefix with { RowsPerSequence = 11 };

        Assert.Equal(1, AttentionTiling.For(device.Profile, shape.HeadSize).Matrices!.Parts);
        // Scores up to 10 in size, of queries and keys rounded to 2^-11 of their own; weights and values likewise.
        AssertMatchesTwin(device, new AttentionKernel(device), shape, tolerance: 2e-2f);
        AssertRowsAreBitEqual(device, new AttentionKernel(device), shape, [1, 3, 9]);
    }

    [SkippableFact]
    public void Record_WithNumbersBeyondFloat16_StaysFinite()
    {
        var device = fixture.RequireCooperativeDevice();
        var data = new AttentionData(Prefix, queryScale: 1e6f);
        for (var i = 0; i < data.Keys.Length; i++)
        {
            data.Keys[i] *= 1e6f;
            data.Values[i] *= 1e6f;
        }

        var actual = Run(device, new AttentionKernel(device), data, Prefix);

        Assert.All(actual, value => Assert.True(float.IsFinite(value)));
    }

    [SkippableFact]
    public void Record_WhereCooperativeMatricesAreTurnedOff_GoesWithout()
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = false });

        Assert.Null(AttentionTiling.For(device.Profile, headSize: 64).Matrices);
        AssertMatchesTwin(device, new AttentionKernel(device), Prefix);
    }

    private static AttentionTiling Tiling(VulkanDevice device, int subgroups, int headSize)
    {
        var tiling = AttentionTiling.Cooperative(device.Profile, headSize);
        Assert.NotNull(tiling);
        return tiling with { Matrices = tiling.Matrices! with { Subgroups = subgroups } };
    }
}
