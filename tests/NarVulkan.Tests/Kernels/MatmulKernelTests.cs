using NarVulkan.Kernels;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class MatmulKernelTests(VulkanFixture fixture)
{
    // One row of a tile, part of a tile, a whole one, one more, several with a rest of one tile or another.
    private static readonly int[] RowCounts = [1, 2, 4, 7, 8, 9, 11, 37, 75];

    public static TheoryData<int, int> PrecisionsAndEpilogues()
    {
        var data = new TheoryData<int, int>();
        foreach (var precision in Enum.GetValues<WeightPrecision>())
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
        var device = fixture.RequireDevice();
        // 77 is no multiple of the lanes, 44 no multiple of the chunk.
        var product = new MatmulCase(77, 44, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);

        foreach (var rows in RowCounts)
        {
            product.AssertMatchesTwin(device, matrix, rows);
        }
    }

    [SkippableTheory]
    [InlineData(1, 8)]
    [InlineData(8, 16)]
    [InlineData(300, 256)]
    [InlineData(513, 1000)]
    public void Record_WithSmallAndLargeMatrices_MatchesTwin(int columns, int depth)
    {
        var device = fixture.RequireDevice();
        var product = new MatmulCase(columns, depth, WeightPrecision.Float16, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 1);
        product.AssertMatchesTwin(device, matrix, 13);
    }

    [SkippableTheory]
    [InlineData((int)MatmulEpilogue.AddToBias)]
    [InlineData((int)MatmulEpilogue.StoreBiasGelu)]
    [InlineData((int)MatmulEpilogue.StoreGeluTanh)]
    [InlineData((int)MatmulEpilogue.SwiGlu)]
    [InlineData((int)MatmulEpilogue.GeGluTanh)]
    public void Record_WhateverTheNumberOfRows_GivesBitEqualRows(int epilogue)
    {
        var device = fixture.RequireDevice();
        AssertRowsAreIndependent(device, new MatmulCase(150, 128, WeightPrecision.Float16, (MatmulEpilogue)epilogue), 150, 128, null);
    }

    [SkippableFact]
    public void Record_WithTheTilingOfGpus_MatchesTwinWithBitEqualRows()
    {
        var device = fixture.RequireDevice();
        foreach (var epilogue in new[] { MatmulEpilogue.AddToBias, MatmulEpilogue.SwiGlu, MatmulEpilogue.GeGluTanh })
        {
            // 17 chunks: the slices of K are unequal, one is empty.
            var product = new MatmulCase(100, 136, WeightPrecision.BFloat16, epilogue);
            using var matrix = product.Pack(device, MatmulTiling.Gpu);
            foreach (var rows in RowCounts)
            {
                product.AssertMatchesTwin(device, matrix, rows);
            }

            AssertRowsAreIndependent(device, product, 100, 136, MatmulTiling.Gpu);
        }
    }

    [SkippableFact]
    public void Record_OnTheStoragePath_MatchesTwin()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { ForceStorageLoadPath = true });
        foreach (var precision in Enum.GetValues<WeightPrecision>())
        {
            var product = new MatmulCase(90, 72, precision, MatmulEpilogue.StoreBiasGelu);
            using var matrix = product.Pack(device);
            product.AssertMatchesTwin(device, matrix, 1);
            product.AssertMatchesTwin(device, matrix, 14);
        }
    }

    [SkippableTheory]
    [InlineData((int)MatmulEpilogue.AddToBias, (int)WeightPrecision.Float16, false)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Float16, false)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Float16, true)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Q8, false)]
    [InlineData((int)MatmulEpilogue.SwiGlu, (int)WeightPrecision.Q8, true)]
    public void Record_WhenWeightsExceedOneBinding_UsesPanels(int epilogue, int precision, bool storagePath)
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 24 << 10, ForceStorageLoadPath = storagePath });
        var product = new MatmulCase(331, 64, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);

        Assert.True(matrix.Panels.Count >= 2, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");
        Assert.All(matrix.Panels, panel => Assert.True(panel.Buffer.Size <= 24 << 10));
        product.AssertMatchesTwin(device, matrix, 3);
        product.AssertMatchesTwin(device, matrix, 9);
    }

    [SkippableTheory]
    [InlineData((int)WeightPrecision.Float32, false, false)]
    [InlineData((int)WeightPrecision.Float16, true, false)]
    [InlineData((int)WeightPrecision.BFloat16, true, true)]
    [InlineData((int)WeightPrecision.Q8, true, false)]
    public void Record_OfQueriesKeysAndValues_TurnsThemAndFillsTheirSlotsAndNoOthers(int precision, bool rotary, bool storagePath)
    {
        fixture.RequireDevice();
        // Several panels, which end within the heads of q, k or v.
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 40 << 10, ForceStorageLoadPath = storagePath });
        foreach (var tiling in new[] { MatmulTiling.For(device.Profile), MatmulTiling.Gpu })
        {
            var product = new QueryKeyValueCase(heads: 3, headSize: 12, depth: 264, (WeightPrecision)precision, rotary);
            using var matrix = product.Pack(device, tiling);
            // In 8 bits it is smaller than the activations.
            Assert.True(matrix.Panels.Count >= 2 || precision == (int)WeightPrecision.Q8, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");
            // Up to the last slot; every other cache sequence; rows that fill several tiles and a rest.
            product.AssertMatchesTwin(device, matrix, sequences: 1, sequenceStride: 1, rowsPerSequence: 1, firstSlot: 7);
            product.AssertMatchesTwin(device, matrix, sequences: 3, sequenceStride: 2, rowsPerSequence: 5, firstSlot: 2);
            product.AssertMatchesTwin(device, matrix, sequences: 2, sequenceStride: 1, rowsPerSequence: 17, firstSlot: 0);
        }
    }

    [SkippableFact]
    public void Record_OfQueriesKeysAndValuesWhateverTheNumberOfSequences_GivesBitEqualRows()
    {
        var device = fixture.RequireDevice();
        var product = new QueryKeyValueCase(heads: 2, headSize: 20, depth: 64, WeightPrecision.Float16, rotary: true);
        using var matrix = product.Pack(device, null);
        var all = product.OnDevice(device, matrix, sequences: 21, sequenceStride: 1, rowsPerSequence: 4, firstSlot: 3);
        foreach (var sequences in new[] { 1, 2, 3, 16 })
        {
            var some = product.OnDevice(device, matrix, sequences, 1, 4, 3);
            Assert.Equal(all.Queries[..(sequences * 4 * 40)], some.Queries[..(sequences * 4 * 40)]);
            Assert.Equal(all.Keys[..(sequences * 7 * 40)], some.Keys[..(sequences * 7 * 40)]);
            Assert.Equal(all.Values[..(sequences * 7 * 40)], some.Values[..(sequences * 7 * 40)]);
        }
    }

    [SkippableTheory]
    [InlineData(70, 8)]
    [InlineData(8, 24)] // one chunk and a half of a unit
    [InlineData(300, 256)]
    [InlineData(513, 1000)]
    [InlineData(33, 1044)]
    public void Record_WithBlocksThatHaveARest_MatchesTwinWithBitEqualRows(int columns, int depth)
    {
        var device = fixture.RequireDevice();
        var product = new MatmulCase(columns, depth, WeightPrecision.Q8, MatmulEpilogue.AddTo);
        foreach (var tiling in new[] { MatmulTiling.For(device.Profile), MatmulTiling.Gpu })
        {
            using var matrix = product.Pack(device, tiling);
            product.AssertMatchesTwin(device, matrix, 1);
            product.AssertMatchesTwin(device, matrix, 13);
        }

        AssertRowsAreIndependent(device, product, columns, depth, null);
    }

    /// <summary>Where scales are subnormal halfs, which a device may take for zero.</summary>
    [SkippableFact]
    public void Record_WithBlocksOfTinyWeights_DoesNotLoseThem()
    {
        var device = fixture.RequireDevice();
        const int Depth = 64;
        var weights = RoundedWeights.Of(RandomData.Normal(new Random(3), 8 * Depth, 1e-4f), Depth, WeightPrecision.Q8);
        foreach (var tiling in new[] { MatmulTiling.For(device.Profile), MatmulTiling.Gpu })
        {
            using var matrix = PackedMatrix.Create(device, "tiny", new ArrayMatrix(weights, 8, Depth), WeightPrecision.Q8, tiling: tiling);
            using var x = DeviceArrays.Create(device, Enumerable.Range(0, Depth).Select(k => k == 5 ? 1f : 0f).ToArray());
            using var y = new GuardedBuffer(device, 1, 8, new float[8]);
            DeviceArrays.Run(device, recorder => new MatmulKernel(device).Record(recorder, matrix, x, 0, Depth, y.Buffer, y.Offset, y.Stride, 1, MatmulEpilogue.Store));

            // One product, and zeros: the weight itself.
            Assert.Equal(Enumerable.Range(0, 8).Select(row => weights[row * Depth + 5]), y.Read());
            Assert.Contains(y.Read(), weight => weight != 0);
        }
    }

    [SkippableFact]
    public void Create_WhenAWeightExceedsEveryScale_SaysSo()
    {
        var device = fixture.RequireDevice();
        var weights = new float[8 * 40];
        weights[75] = 1e7f;

        var error = Assert.Throws<InvalidRequestException>(
            () => PackedMatrix.Create(device, "large", new ArrayMatrix(weights, 8, 40), WeightPrecision.Q8));

        Assert.Contains("'large'", error.Message);
    }

    [SkippableFact]
    public void Create_WhenOneBlockExceedsTheLimit_SaysWhichMatrix()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 4 << 10 });

        var error = Assert.Throws<DeviceException>(() => new MatmulCase(16, 2048, WeightPrecision.Float32, MatmulEpilogue.Store).Pack(device));

        Assert.Contains("test weights", error.Message);
    }

    [SkippableFact]
    public void Create_WhenUploadsAreStagedInSmallPieces_PacksTheSameMatrix()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { ForceStaging = true, RingSlotBytes = 64 << 10 });
        // A block of 8 rows has 33,280 bytes: pieces end in the middle of blocks.
        var product = new MatmulCase(100, 1040, WeightPrecision.Float32, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 5);
    }

    [SkippableFact]
    public void Create_WhenAWeightExceedsFloat16_SaysSo()
    {
        var device = fixture.RequireDevice();
        var weights = new float[8 * 8];
        weights[13] = 70000f;

        var error = Assert.Throws<InvalidRequestException>(
            () => PackedMatrix.Create(device, "large", new ArrayMatrix(weights, 8, 8), WeightPrecision.Float16));

        Assert.Contains("'large'", error.Message);
    }

    [SkippableFact]
    public void Record_WithAnEpilogueThatDoesNotFit_Throws()
    {
        var device = fixture.RequireDevice();
        var plain = new MatmulCase(16, 16, WeightPrecision.Float32, MatmulEpilogue.Store);
        using var matrix = plain.Pack(device);
        using var buffer = DeviceArrays.Create(device, new float[16]);
        using var recorder = new CommandRecorder(device, "misuse");
        var kernel = new MatmulKernel(device);

        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, 0, 16, buffer, 0, 16, 1, MatmulEpilogue.SwiGlu));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, 0, 16, buffer, 0, 16, 1, MatmulEpilogue.StoreBias));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, 0, 16, buffer, 0, 16, 1, MatmulEpilogue.QueryKeyValue));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, 2, 16, buffer, 0, 16, 1, MatmulEpilogue.Store));
        Assert.Throws<ArgumentException>(() => kernel.Record(recorder, matrix, buffer, 0, 16, buffer, 0, 16, 0, MatmulEpilogue.Store));
    }

    private static void AssertRowsAreIndependent(VulkanDevice device, MatmulCase product, int columns, int depth, MatmulTiling? tiling)
    {
        const int Most = 83;
        using var matrix = product.Pack(device, tiling);
        var x = RandomData.Normal(new Random(5), Most * depth);
        var before = RandomData.Normal(new Random(6), Most * columns);
        var all = product.OnDevice(device, matrix, x, before, Most);
        foreach (var rows in RowCounts.Where(rows => rows < Most))
        {
            // Equality of floats, without a tolerance: the same operations in the same order.
            Assert.Equal(all[..(rows * columns)], product.OnDevice(device, matrix, x, before, rows));
        }
    }
}
