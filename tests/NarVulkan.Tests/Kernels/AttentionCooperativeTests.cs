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
    // Heads that are whole tiles on any device; the largest takes longest to compile and has a test of its own.
    public static TheoryData<string> Shapes() => [.. Cases.Where(entry => entry.Value.HeadSize == 64).Select(entry => entry.Key)];

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Record_ForAnyShape_MatchesTwin(string name)
    {
        var device = fixture.RequireCooperativeDevice();
        AssertMatchesTwin(device, Kernel(device, Cases[name].HeadSize), Cases[name]);
    }

    [SkippableTheory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(128)]
    public void Record_WithRowsEnough_IsOnMatricesAndMatchesTwin(int headSize)
    {
        var device = fixture.RequireCooperativeDevice();
        // More than a block of keys, more than a tile of rows.
        var shape = Prefix with { HeadSize = headSize, Heads = 2, RowsPerSequence = 19, Capacity = 150, KeyCount = 139 };

        Assert.Equal(AttentionLayout.Cooperative, AttentionTiling.For(device.Profile, headSize, shape.RowsPerSequence).Layout);
        Assert.NotEqual(AttentionLayout.Cooperative, AttentionTiling.For(device.Profile, headSize, rowsPerSequence: 1).Layout);
        AssertMatchesTwin(device, new AttentionKernel(device), shape);
    }

    [SkippableTheory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(8, 2)]
    public void Record_InEveryForm_MatchesTwinWithBitEqualRows(int subgroups, int rowTiles)
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var headSize in new[] { 16, 48 })
        {
            var kernel = Kernel(device, headSize, subgroups, rowTiles);
            // More than one block of keys; causal, so that some rows of a tile see nothing of the last one.
            var shape = Prefix with { Heads = 2, HeadSize = headSize, RowsPerSequence = 35, Capacity = 150, KeyCount = 150, Causal = true, CausalFirstKey = 100 };
            AssertMatchesTwin(device, kernel, shape);
            AssertRowsAreBitEqual(device, kernel, shape, [1, 2, 8, 9, 17, 34]);
        }
    }

    [SkippableFact]
    public void Record_WhereverARowLies_GivesItsBits()
    {
        const int Rows = 21, Moved = 6;
        var device = fixture.RequireCooperativeDevice();
        var shape = Prefix with { Sequences = 1, RowsPerSequence = Rows };
        var data = new AttentionData(shape);
        var kernel = Kernel(device, shape.HeadSize);
        var expected = Run(device, kernel, data, shape);
        var queries = data.Queries.AsSpan(AttentionData.QueryOffset).ToArray();
        for (var row = 0; row < Rows; row++)
        {
            queries.AsSpan(row * data.QueryStride, data.QueryStride).CopyTo(data.Queries.AsSpan(AttentionData.QueryOffset + (row + Moved) % Rows * data.QueryStride));
        }

        var moved = Run(device, kernel, data, shape);

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
        var kernel = Kernel(device, shape.HeadSize);

        // Scores up to 10 in size, of queries and keys rounded to 2^-11 of their own; weights and values likewise.
        AssertMatchesTwin(device, kernel, shape, tolerance: 2e-2f);
        AssertRowsAreBitEqual(device, kernel, shape, [1, 3, 9]);
        Assert.Equal(1, Matrices(device, shape.HeadSize).Parts);
    }

    [SkippableTheory]
    [InlineData(1f, 1f, 1f)]
    [InlineData(1f, 1f, 1e-3f)]
    [InlineData(1e-3f, 1e3f, 1f)]
    [InlineData(200f, 5e-3f, 1e3f)]
    public void Record_WithNumbersOfOtherSizes_IsAsExact(float queries, float keys, float values)
    {
        var device = fixture.RequireCooperativeDevice();
        var shape = Prefix with { Heads = 1, RowsPerSequence = 20 };
        var data = new AttentionData(shape, queryScale: 2 * queries);
        for (var i = 0; i < data.Keys.Length; i++)
        {
            data.Keys[i] *= keys;
            data.Values[i] *= values;
        }

        var expected = new float[shape.Sequences * shape.RowsPerSequence * shape.HeadSize];
        AttentionReference.Apply(data.Queries.AsSpan(AttentionData.QueryOffset), data.QueryStride, data.Keys, data.Values, expected, shape);
        var actual = Run(device, Kernel(device, shape.HeadSize), data, shape);

        // Numbers are two halfs whatever their size, but for the 5 % of values of 1e-3 that are below the smallest normal half and keep 11 bits, 2^-12 of
        // 6e-5 at worst. Without the scale of the lower halfs it is 2e-5. Single elements may be near zero, so it is the root mean square that counts.
        var error = Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Average());
        Assert.InRange(error / Math.Sqrt(expected.Average(e => Math.Pow(e, 2))), 0, 4e-6);
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

        var actual = Run(device, Kernel(device, Prefix.HeadSize), data, Prefix);

        Assert.All(actual, value => Assert.True(float.IsFinite(value)));
    }

    [SkippableFact]
    public void Record_WhereCooperativeMatricesAreTurnedOff_GoesWithout()
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = false });

        Assert.Null(AttentionTiling.For(device.Profile, headSize: 64, rowsPerSequence: 64).Matrices);
        AssertMatchesTwin(device, new AttentionKernel(device), Prefix);
    }

    private static AttentionMatrices Matrices(VulkanDevice device, int headSize)
    {
        var matrices = AttentionMatrices.For(device.Profile, headSize, rowsPerSequence: 16);
        Assert.NotNull(matrices);
        return matrices;
    }

    /// <summary>On matrices whatever the number of rows.</summary>
    private static AttentionKernel Kernel(VulkanDevice device, int headSize, int? subgroups = null, int rowTiles = 1)
    {
        var matrices = Matrices(device, headSize);
        var tiling = AttentionTiling.Cooperative(matrices with { Subgroups = subgroups ?? matrices.Subgroups, RowTiles = rowTiles });
        return new AttentionKernel(device, _ => tiling);
    }
}
