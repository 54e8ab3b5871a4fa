using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Quantization;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>On every driver that knows integer dot products, whether it has an instruction for them or not.</summary>
[Collection(VulkanCollection.Name)]
public sealed class MatmulIntegerKernelTests(VulkanFixture fixture)
{
    // One row, part of a tile, a whole one, one more, several with a rest.
    private static readonly int[] RowCounts = [1, 2, 3, 8, 9, 27];

    public static TheoryData<int> Epilogues() => [.. Enum.GetValues<MatmulEpilogue>().Where(epilogue => epilogue != MatmulEpilogue.QueryKeyValue).Select(epilogue => (int)epilogue)];

    [SkippableTheory]
    [MemberData(nameof(Epilogues))]
    public void Record_WithAnyEpilogue_MatchesTwin(int epilogue)
    {
        var device = fixture.RequireIntegerDevice();
        // 77 is no multiple of the lanes, 44 none of a block nor of a chunk.
        var product = new MatmulCase(77, 44, WeightPrecision.Q8, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);

        Assert.True(matrix.Tiling.Integer);
        foreach (var rows in RowCounts)
        {
            product.AssertMatchesTwin(device, matrix, rows);
        }
    }

    [SkippableTheory]
    [InlineData(1, 8)] // half a unit of weights
    [InlineData(9, 50)] // the last block has one unit, not filled
    [InlineData(70, 1000)] // 16 segments, the last one short
    [InlineData(11, 2720)]
    public void Record_WithSmallAndLargeMatrices_MatchesTwin(int columns, int depth)
    {
        var device = fixture.RequireIntegerDevice();
        var product = new MatmulCase(columns, depth, WeightPrecision.Q8, MatmulEpilogue.AddTo);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 1);
        product.AssertMatchesTwin(device, matrix, 13);
    }

    [SkippableTheory]
    [InlineData(1e-38f)] // a block's scale would be subnormal
    [InlineData(1e-30f)]
    [InlineData(1e33f)] // far beyond float16
    public void Record_OfTinyAndLargeActivations_MatchesTwin(float scale)
    {
        var device = fixture.RequireIntegerDevice();
        var product = new MatmulCase(17, 72, WeightPrecision.Q8, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        product.AssertMatchesTwin(device, matrix, 5, scale: scale);
    }

    [SkippableFact]
    public void Record_OfOneBlock_GivesTheTwinsBits()
    {
        const int Rows = 5, Columns = 21, Depth = 29;
        var device = fixture.RequireIntegerDevice(forms: 1);
        var (weights, scales, floats) = Quantized(Columns, Depth, seed: 4);
        using var matrix = PackedMatrix.Create(device, "one block", new ArrayMatrix(floats, Columns, Depth), WeightPrecision.Q8);
        var x = RandomData.Normal(new Random(5), Rows * Depth);
        var actual = OnDevice(device, matrix, x, Rows, behind: 0f);

        var expected = new float[Columns];
        for (var row = 0; row < Rows; row++)
        {
            // An exact integer, made a float, times a number: nothing is left to a device.
            MatmulIntegerReference.Products(x.AsSpan(row * Depth, Depth), weights, scales, expected);
            Assert.Equal(expected, actual.AsSpan(row * Columns, Columns).ToArray());
        }
    }

    [SkippableFact]
    public void Record_OfExtremeBytes_GivesExactSums()
    {
        // Every q is 127 or -127 and every x the same power of two less a little: integers of 2^14, sums of 2^14 x 127 x 32, the largest that there are.
        const int Columns = 8, Depth = 64;
        var device = fixture.RequireIntegerDevice(forms: 1);
        var floats = new float[Columns * Depth];
        var x = new float[Depth];
        for (var k = 0; k < Depth; k++)
        {
            x[k] = (k % 2 == 0 ? 1 : -1) * MathF.BitDecrement(2f);
            for (var n = 0; n < Columns; n++)
            {
                floats[n * Depth + k] = (n % 2 == 0 ? 127 : -127) * (k % 2 == 0 ? 1f : -1f) / 128;
            }
        }

        using var matrix = PackedMatrix.Create(device, "extreme", new ArrayMatrix(floats, Columns, Depth), WeightPrecision.Q8);
        var actual = OnDevice(device, matrix, x, rows: 1, behind: 0f);

        // Rounded to 2 each: 64 x 2 x 127 / 128.
        Assert.Equal([.. Enumerable.Range(0, Columns).Select(n => n % 2 == 0 ? 127f : -127f)], actual);
    }

    [SkippableFact]
    public void Record_WhateverLiesBehindARow_GivesItsBits()
    {
        // 45: three floats of the last four that are read belong to no row, nor do two of the eight that weights are padded to.
        const int Rows = 3, Columns = 10, Depth = 45;
        var device = fixture.RequireIntegerDevice();
        var (_, _, floats) = Quantized(Columns, Depth, seed: 6);
        using var matrix = PackedMatrix.Create(device, "behind", new ArrayMatrix(floats, Columns, Depth), WeightPrecision.Q8);
        var x = RandomData.Normal(new Random(7), Rows * Depth);

        Assert.Equal(OnDevice(device, matrix, x, Rows, behind: 0f), OnDevice(device, matrix, x, Rows, behind: 1e30f));
    }

    [SkippableFact]
    public void Record_WithARowThatIsNotFinite_LeavesTheOthersAlone()
    {
        const int Rows = 3, Columns = 10, Depth = 64;
        var device = fixture.RequireIntegerDevice();
        var (_, _, floats) = Quantized(Columns, Depth, seed: 8);
        using var matrix = PackedMatrix.Create(device, "not finite", new ArrayMatrix(floats, Columns, Depth), WeightPrecision.Q8);
        var x = RandomData.Normal(new Random(9), Rows * Depth);
        var expected = OnDevice(device, matrix, x, Rows, behind: 0f);
        foreach (var bad in new[] { float.PositiveInfinity, float.NaN })
        {
            x[Depth + 40] = bad;
            var actual = OnDevice(device, matrix, x, Rows, behind: 0f);

            Assert.Equal(expected[..Columns], actual[..Columns]);
            Assert.Equal(expected[(2 * Columns)..], actual[(2 * Columns)..]);
            Assert.All(actual[Columns..(2 * Columns)], value => Assert.False(float.IsFinite(value)));
        }
    }

    [SkippableTheory]
    [InlineData((int)MatmulEpilogue.AddToBias)]
    [InlineData((int)MatmulEpilogue.SwiGlu)]
    public void Record_WithAnyFormAndAnyNumberOfRows_GivesTheSameBits(int epilogue)
    {
        // 1352: 43 blocks, the last one a quarter; 15 segments of 3 of the 16 that there might be.
        const int Most = 19, Columns = 77, Depth = 1352;
        var device = fixture.RequireIntegerDevice();
        var product = new MatmulCase(Columns, Depth, WeightPrecision.Q8, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device);
        Assert.Equal((12, 15), matrix.Tiling.Segments(matrix.ChunkCount, MatrixPacker.SegmentGranule(WeightPrecision.Q8)));
        var x = RandomData.Normal(new Random(5), Most * Depth);
        var before = RandomData.Normal(new Random(6), Most * Columns);
        var all = product.OnDevice(device, matrix, x, before, Most);
        var forms = new MatmulTile[]
        {
            new(1, 2, 8, 16, MatmulPath.Storage), new(2, 4, 16, 1, MatmulPath.Storage), new(4, 2, 8, 4, MatmulPath.Storage), new(8, 2, 64, 1, MatmulPath.Storage),
            new(8, 4, 32, 2, MatmulPath.Storage),
        };

        foreach (var form in forms)
        {
            foreach (var rows in new[] { 1, 11 })
            {
                Assert.Equal(all[..(rows * Columns)], product.OnDevice(device, matrix, x, before, rows, form));
            }
        }

        foreach (var rows in RowCounts.Where(rows => rows <= Most))
        {
            Assert.Equal(all[..(rows * Columns)], product.OnDevice(device, matrix, x, before, rows));
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Record_OfQueriesKeysAndValuesInPanels_TurnsThemAndFillsTheirSlotsAndNoOthers(bool rotary)
    {
        fixture.RequireIntegerDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { IntegerDotProducts = true, MaxStorageBufferRange = 24 << 10 });
        // Activations that rounding does not change: the twin of the plain product is the twin of this one.
        var product = new QueryKeyValueCase(heads: 3, headSize: 12, depth: 264, WeightPrecision.Q8, rotary, activationGrid: 1f / 512);
        using var matrix = product.Pack(device, tiling: null);
        Assert.True(matrix.Tiling.Integer);

        product.AssertMatchesTwin(device, matrix, sequences: 1, sequenceStride: 1, rowsPerSequence: 1, firstSlot: 7);
        product.AssertMatchesTwin(device, matrix, sequences: 3, sequenceStride: 2, rowsPerSequence: 5, firstSlot: 2);
    }

    [SkippableFact]
    public void Record_WhenWeightsExceedOneBinding_UsesPanels()
    {
        fixture.RequireIntegerDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { IntegerDotProducts = true, MaxStorageBufferRange = 16 << 10 });
        var product = new MatmulCase(331, 64, WeightPrecision.Q8, MatmulEpilogue.SwiGlu);
        using var matrix = product.Pack(device);

        Assert.True(matrix.Panels.Count >= 2, $"{matrix.Panels.Count} panels of {matrix.Bytes} bytes");
        product.AssertMatchesTwin(device, matrix, 9);
    }

    [SkippableFact]
    public void Record_WithAFormThatItsKernelHasNot_Throws()
    {
        var device = fixture.RequireIntegerDevice();
        var product = new MatmulCase(16, 64, WeightPrecision.Q8, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);
        var x = new float[64];
        foreach (var form in new MatmulTile[] { new(16, 4, 8, 1, MatmulPath.Storage), new(3, 4, 8, 1, MatmulPath.Storage), new(8, 4, 12, 1, MatmulPath.Storage), new(8, 4, 8, 1, MatmulPath.Broadcast) })
        {
            Assert.Throws<ArgumentException>(() => product.OnDevice(device, matrix, x, new float[16], 1, form));
        }
    }

    [SkippableFact]
    public void Tune_OfItsMatrices_TriesItsCandidatesAndFindsTheirChoice()
    {
        var device = fixture.RequireIntegerDevice();
        using var matrix = new MatmulCase(48, 96, WeightPrecision.Q8, MatmulEpilogue.Store).Pack(device);
        using var plain = new MatmulCase(48, 96, WeightPrecision.Q8, MatmulEpilogue.Store).Pack(device, MatmulTiling.For(device.Profile));
        var trials = new List<MatmulTrial>();

        var choices = new MatmulTuner(device, new MatmulKernel(device)).Tune([matrix], [4], MatmulChoices.None, TimeSpan.FromMinutes(5), trials.Add);

        Assert.Equal(MatmulCandidates.For(device.Profile, matrix.Tiling, 4, pairs: false), trials.Select(trial => trial.Tile));
        Assert.All(trials, trial => Assert.Null(trial.Problem));
        Assert.Equal(choices.All.Single().Tile, choices.Find(MatmulShape.Of(matrix), 3));
        // What was timed with one kernel says nothing of the other.
        Assert.Null(choices.Find(MatmulShape.Of(plain), 3));
    }

    [SkippableFact]
    public void Create_UnlessItIsAskedFor_PacksForThePlainProduct()
    {
        fixture.RequireIntegerDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { IntegerDotProducts = false });
        using var matrix = new MatmulCase(16, 64, WeightPrecision.Q8, MatmulEpilogue.Store).Pack(device);
        Assert.False(matrix.Cooperative is null && matrix.Tiling.Integer);

        var used = fixture.RequireIntegerDevice();
        using var halfs = new MatmulCase(16, 64, WeightPrecision.Float16, MatmulEpilogue.Store).Pack(used);
        Assert.False(halfs.Cooperative is null && halfs.Tiling.Integer);
    }

    [Fact]
    public void Candidates_OfEveryNumberOfRows_FitTheLeastDevice()
    {
        // What is taken untuned must run on every device.
        Assert.All(MatmulTiling.GpuInteger.Tiles, entry =>
        {
            Assert.InRange(entry.Tile.Invocations, 1, 128);
            Assert.InRange(MatmulIntegerKernel.SharedBytes(entry.Tile), 1, 16 << 10);
        });
    }

    private static (sbyte[] Weights, Half[] Scales, float[] Floats) Quantized(int columns, int depth, int seed)
    {
        var floats = RandomData.Normal(new Random(seed), columns * depth, 0.3f);
        var blocks = Q8Blocks.Count(depth);
        var weights = new sbyte[floats.Length];
        var scales = new Half[columns * blocks];
        for (var n = 0; n < columns; n++)
        {
            Assert.True(Q8Blocks.Quantize(floats.AsSpan(n * depth, depth), weights.AsSpan(n * depth, depth), scales.AsSpan(n * blocks, blocks)));
        }

        return (weights, scales, floats);
    }

    /// <summary>The product, between guards, of rows with something of no meaning behind each.</summary>
    private static float[] OnDevice(VulkanDevice device, PackedMatrix matrix, float[] x, int rows, float behind)
    {
        var stride = (matrix.Depth + 7) / 8 * 8;
        var padded = new float[rows * stride];
        Array.Fill(padded, behind);
        for (var row = 0; row < rows; row++)
        {
            x.AsSpan(row * matrix.Depth, matrix.Depth).CopyTo(padded.AsSpan(row * stride));
        }

        using var xBuffer = DeviceArrays.Create(device, padded);
        using var y = new GuardedBuffer(device, rows, matrix.Columns);
        DeviceArrays.Run(device, recorder =>
            new MatmulKernel(device).Record(recorder, matrix, xBuffer, 0, (uint)stride, y.Buffer, y.Offset, y.Stride, rows, MatmulEpilogue.Store));
        return y.Read();
    }
}
