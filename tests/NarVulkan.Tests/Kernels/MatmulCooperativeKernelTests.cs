using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>On a driver with cooperative matrices only: <c>tools/drivers/with lavapipe-forward</c>, or a GPU.</summary>
[Collection(VulkanCollection.Name)]
public sealed class MatmulCooperativeKernelTests(VulkanFixture fixture)
{
    // Part of a tile, a whole one, one more, several subgroups' worth, several workgroups' worth.
    private static readonly int[] RowCounts = [1, 3, 8, 9, 16, 17, 37, 75, 131];

    public static TheoryData<int, int> PrecisionsAndEpilogues()
    {
        var data = new TheoryData<int, int>();
        foreach (var precision in new[] { WeightPrecision.Float16, WeightPrecision.Q8 })
        {
            foreach (var epilogue in Enum.GetValues<MatmulEpilogue>().Where(epilogue => epilogue != MatmulEpilogue.QueryKeyValue))
            {
                data.Add((int)precision, (int)epilogue);
            }
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(PrecisionsAndEpilogues))]
    public void Record_WithAnyPrecisionAndEpilogue_MatchesTwin(int precision, int epilogue)
    {
        var device = fixture.RequireCooperativeDevice();
        // 77 is no multiple of a tile's columns, 44 none of its depth nor of 8 nor of a block of 8-bit weights.
        var product = new MatmulCase(77, 44, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);

        Assert.NotNull(matrix.Cooperative);
        foreach (var rows in RowCounts)
        {
            product.AssertMatchesTwin(device, matrix, rows);
        }
    }

    [SkippableTheory]
    [InlineData(1, 8, (int)WeightPrecision.Float16)]
    [InlineData(8, 16, (int)WeightPrecision.Float16)]
    [InlineData(300, 256, (int)WeightPrecision.Float16)]
    [InlineData(513, 1000, (int)WeightPrecision.Float16)]
    [InlineData(1, 8, (int)WeightPrecision.Q8)] // half a unit of weights
    [InlineData(9, 50, (int)WeightPrecision.Q8)] // the last block has one unit, not filled
    [InlineData(300, 256, (int)WeightPrecision.Q8)]
    [InlineData(513, 1000, (int)WeightPrecision.Q8)]
    public void Record_WithSmallAndLargeMatrices_MatchesTwin(int columns, int depth, int precision)
    {
        var device = fixture.RequireCooperativeDevice();
        var product = new MatmulCase(columns, depth, (WeightPrecision)precision, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 1);
        product.AssertMatchesTwin(device, matrix, 13);
    }

    [SkippableTheory]
    [InlineData((int)MatmulEpilogue.AddToBias, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.StoreBiasGelu, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.GeGluTanh, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.AddToBias, (int)WeightPrecision.Q8)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Q8)]
    public void Record_WhateverTheTileAndTheNumberOfRows_GivesBitEqualRows(int epilogue, int precision)
    {
        const int Most = 133, Columns = 150, Depth = 328;
        var device = fixture.RequireCooperativeDevice();
        var product = new MatmulCase(Columns, Depth, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);
        var tiling = matrix.Cooperative!;
        var x = RandomData.Normal(new Random(5), Most * Depth);
        var before = RandomData.Normal(new Random(6), Most * Columns);
        var all = product.OnDevice(device, matrix, x, before, Most, tile: tiling.Few[0]);

        Assert.NotNull(tiling.Many);
        foreach (var tile in tiling.Few.Append(tiling.Many.Value))
        {
            foreach (var rows in RowCounts)
            {
                // Equality of floats, without a tolerance: the same operations in the same order.
                Assert.Equal(all[..(rows * Columns)], product.OnDevice(device, matrix, x, before, rows, tile: tile));
            }
        }

        Assert.Equal(all, product.OnDevice(device, matrix, x, before, Most));
    }

    [SkippableFact]
    public void Record_WhereverARowLies_GivesItsBits()
    {
        const int Rows = 40, Columns = 50, Depth = 64;
        var device = fixture.RequireCooperativeDevice();
        var product = new MatmulCase(Columns, Depth, WeightPrecision.Float16, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);
        var x = RandomData.Normal(new Random(5), Rows * Depth);
        var y = product.OnDevice(device, matrix, x, new float[Rows * Columns], Rows);

        // The rows moved on by 11: other tiles, other neighbours, another place in the tile.
        var moved = new float[x.Length];
        for (var row = 0; row < Rows; row++)
        {
            x.AsSpan(row * Depth, Depth).CopyTo(moved.AsSpan((row + 11) % Rows * Depth));
        }

        var movedY = product.OnDevice(device, matrix, moved, new float[Rows * Columns], Rows);

        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(y.AsSpan(row * Columns, Columns), movedY.AsSpan((row + 11) % Rows * Columns, Columns));
        }
    }

    [SkippableFact]
    public void Record_WithEveryTile_MatchesTwin()
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var epilogue in new[] { MatmulEpilogue.AddTo, MatmulEpilogue.SwiGlu, MatmulEpilogue.GeGluTanh })
        {
            var product = new MatmulCase(201, 200, WeightPrecision.Float16, epilogue);
            using var matrix = product.Pack(device);
            foreach (var tile in matrix.Cooperative!.Few.Append(matrix.Cooperative.Many!.Value))
            {
                product.AssertMatchesTwin(device, matrix, 70, tile: tile);
            }
        }
    }

    [SkippableFact]
    public void Record_WithRoundedActivations_MatchesTwinWithBitEqualRows()
    {
        const int Most = 133, Columns = 90, Depth = 200;
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = true, HalfActivations = true });
        var product = new MatmulCase(Columns, Depth, WeightPrecision.Float16, MatmulEpilogue.AddToBias);
        using var matrix = product.Pack(device);
        var x = RandomData.Normal(new Random(5), Most * Depth);
        var before = RandomData.Normal(new Random(6), Most * Columns);
        var all = product.OnDevice(device, matrix, x, before, Most);

        Assert.Equal(1, matrix.Cooperative!.Parts);
        foreach (var tile in matrix.Cooperative.Few.Append(matrix.Cooperative.Many!.Value))
        {
            product.AssertMatchesTwin(device, matrix, 35, tile: tile);
            Assert.Equal(all[..(35 * Columns)], product.OnDevice(device, matrix, x, before, 35, tile: tile));
        }
    }

    [SkippableFact]
    public void Record_WithTinyWeightsOf8Bits_MatchesTwin()
    {
        // q s is a subnormal half, or less than there is: the matrices hold q.
        const int Depth = 64, Columns = 10;
        var device = fixture.RequireCooperativeDevice();
        var weights = RoundedWeights.Of(RandomData.Normal(new Random(3), Columns * Depth, 1e-6f), Depth, WeightPrecision.Q8);
        using var matrix = PackedMatrix.Create(device, "tiny", new ArrayMatrix(weights, Columns, Depth), WeightPrecision.Q8);
        Assert.NotNull(matrix.Cooperative);
        var x = Enumerable.Range(0, Depth).Select(k => k % 3 == 0 ? 1f : -0.5f).ToArray();
        var expected = new float[Columns];
        MatmulReference.Apply(x, Depth, weights, Depth, [], expected, Columns, 1, MatmulEpilogue.Store);

        using var xBuffer = DeviceArrays.Create(device, x);
        using var y = new GuardedBuffer(device, 1, Columns);
        DeviceArrays.Run(device, recorder => new MatmulKernel(device).Record(recorder, matrix, xBuffer, 0, Depth, y.Buffer, y.Offset, y.Stride, 1, MatmulEpilogue.Store));

        // Sums of 64 numbers around 1e-6 in two orders.
        Assert.All(expected.Zip(y.Read()), pair => Assert.InRange(pair.Second, pair.First - 1e-10f, pair.First + 1e-10f));
    }

    [SkippableTheory]
    [InlineData((int)WeightPrecision.Float16)]
    [InlineData((int)WeightPrecision.Q8)]
    public void Record_WithActivationsOfTwoHalfs_StaysNearThePlainProduct(int precision)
    {
        const int Rows = 20, Columns = 60, Depth = 256;
        var device = fixture.RequireCooperativeDevice();
        var product = new MatmulCase(Columns, Depth, (WeightPrecision)precision, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);
        using var plain = product.Pack(device, MatmulTiling.For(device.Profile));
        var x = RandomData.Normal(new Random(5), Rows * Depth);
        var before = new float[Rows * Columns];
        var expected = product.OnDevice(device, plain, x, before, Rows);
        var actual = product.OnDevice(device, matrix, x, before, Rows);

        for (var i = 0; i < expected.Length; i++)
        {
            // 256 products of about 0.3: the sum of magnitudes is below 256; two halfs err by 2^-21 of it, as do sums.
            Assert.True(Math.Abs(actual[i] - expected[i]) <= 256 * MathF.Pow(2, -20), $"element {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    [SkippableFact]
    public void Record_WithActivationsBeyondFloat16_StaysFinite()
    {
        var device = fixture.RequireCooperativeDevice();
        var product = new MatmulCase(40, 64, WeightPrecision.Float16, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 5, scale: 1e5f);

        Assert.All(product.OnDevice(device, matrix, [.. Enumerable.Repeat(3e38f, 64)], new float[40], 1), value => Assert.True(float.IsFinite(value)));
    }

    [SkippableTheory]
    [InlineData((int)MatmulEpilogue.AddToBias, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Float16)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Q8)]
    public void Record_WhenWeightsExceedOneBinding_UsesPanels(int epilogue, int precision)
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = true, MaxStorageBufferRange = 24 << 10 });
        var product = new MatmulCase(331, 64, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);

        Assert.True(matrix.Panels.Count >= 2, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");
        Assert.All(matrix.Panels, panel => Assert.True(panel.Buffer.Size <= 24 << 10));
        product.AssertMatchesTwin(device, matrix, 3);
        product.AssertMatchesTwin(device, matrix, 9);
    }

    [SkippableTheory]
    [InlineData(false, (int)WeightPrecision.Float16)]
    [InlineData(true, (int)WeightPrecision.Float16)]
    [InlineData(true, (int)WeightPrecision.Q8)]
    public void Record_OfQueriesKeysAndValues_TurnsThemAndFillsTheirSlotsAndNoOthers(bool rotary, int precision)
    {
        fixture.RequireCooperativeDevice();
        // Several panels, which end within the heads of q, k or v.
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = true, MaxStorageBufferRange = 40 << 10 });
        var product = new QueryKeyValueCase(heads: 3, headSize: 12, depth: 264, (WeightPrecision)precision, rotary);
        using var matrix = product.Pack(device, null);
        Assert.NotNull(matrix.Cooperative);
        // In 8 bits it is smaller than the activations.
        Assert.True(matrix.Panels.Count >= 2 || precision == (int)WeightPrecision.Q8, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");

        product.AssertMatchesTwin(device, matrix, sequences: 1, sequenceStride: 1, rowsPerSequence: 1, firstSlot: 7);
        product.AssertMatchesTwin(device, matrix, sequences: 3, sequenceStride: 2, rowsPerSequence: 5, firstSlot: 2);
        product.AssertMatchesTwin(device, matrix, sequences: 2, sequenceStride: 1, rowsPerSequence: 17, firstSlot: 0);
    }

    [SkippableFact]
    public void Create_WhenUploadsAreStagedInSmallPieces_PacksTheSameMatrix()
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = true, ForceStaging = true, RingSlotBytes = 64 << 10 });
        var product = new MatmulCase(100, 4168, WeightPrecision.Float16, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 5);
    }

    [SkippableFact]
    public void Create_WithOtherPrecisions_PacksThePlainForm()
    {
        var device = fixture.RequireCooperativeDevice();
        foreach (var precision in new[] { WeightPrecision.Float32, WeightPrecision.BFloat16 })
        {
            var product = new MatmulCase(77, 44, precision, MatmulEpilogue.StoreBias);
            using var matrix = product.Pack(device);

            Assert.Null(matrix.Cooperative);
            product.AssertMatchesTwin(device, matrix, 9);
        }
    }

    [SkippableFact]
    public void Create_WhereCooperativeMatricesAreTurnedOff_PacksThePlainForm()
    {
        fixture.RequireCooperativeDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { CooperativeMatrices = false });
        var product = new MatmulCase(77, 44, WeightPrecision.Float16, MatmulEpilogue.StoreBias);
        using var matrix = product.Pack(device);

        Assert.Null(matrix.Cooperative);
        product.AssertMatchesTwin(device, matrix, 9);
    }

    [Fact]
    public void Choose_FromADevicesList_TakesTheShapeNearest16()
    {
        var other = Shape(16, 16, 16);
        other.ResultType = other.CType = ComponentTypeKHR.Float16Khr;
        var wide = Shape(16, 16, 16);
        wide.Scope = ScopeKHR.WorkgroupKhr;

        var chosen = CooperativeMatrixFacts.Choose([other, wide, Shape(16, 8, 8), Shape(16, 8, 16), Shape(16, 16, 16)], 32);

        Assert.Equal(new CooperativeMatrixShape(16, 16, 16, 32), chosen);
        Assert.Equal(new CooperativeMatrixShape(8, 8, 8, 8), CooperativeMatrixFacts.Choose([other, wide, Shape(8, 8, 8)], 8));
        Assert.Null(CooperativeMatrixFacts.Choose([other, wide, Shape(16, 16, 4)], 32));
    }

    private static CooperativeMatrixPropertiesKHR Shape(uint rows, uint columns, uint depth) => new()
    {
        MSize = rows,
        NSize = columns,
        KSize = depth,
        AType = ComponentTypeKHR.Float16Khr,
        BType = ComponentTypeKHR.Float16Khr,
        CType = ComponentTypeKHR.Float32Khr,
        ResultType = ComponentTypeKHR.Float32Khr,
        Scope = ScopeKHR.SubgroupKhr,
    };
}
