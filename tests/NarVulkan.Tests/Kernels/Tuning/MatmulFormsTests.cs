using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels.Tuning;

/// <summary>Whatever form of the kernel computes a product, it gives the same bits: a tuner may choose freely.</summary>
[Collection(VulkanCollection.Name)]
public sealed class MatmulFormsTests(VulkanFixture fixture)
{
    // 340 chunks of 8: 32 segments of 11, the last one of 10 and one that there is no need for.
    private const int Depth = 2720;
    private const int Columns = 77;
    private const int Rows = 11;

    [SkippableTheory]
    [InlineData((int)WeightPrecision.Float32, (int)MatmulEpilogue.AddToBias)]
    [InlineData((int)WeightPrecision.Float16, (int)MatmulEpilogue.SwiGlu)]
    [InlineData((int)WeightPrecision.BFloat16, (int)MatmulEpilogue.StoreBiasGelu)]
    [InlineData((int)WeightPrecision.Q8, (int)MatmulEpilogue.SwiGlu)] // segments of whole blocks: 12 chunks
    public void Record_WithAnyTileSlicesAndPathOfGpus_GivesTheSameBits(int precision, int epilogue)
    {
        var device = fixture.RequireDevice();
        var product = new MatmulCase(Columns, Depth, (WeightPrecision)precision, (MatmulEpilogue)epilogue);
        using var matrix = product.Pack(device, MatmulTiling.Gpu);
        var granule = MatrixPacker.SegmentGranule((WeightPrecision)precision);
        Assert.Equal(granule == 1 ? (11, 31) : (12, 29), MatmulTiling.Gpu.Segments(matrix.ChunkCount, granule));
        var lanes = (int)device.Profile.MaxSubgroupSize;
        var forms = new List<MatmulTile>
        {
            new(1, 2, 8, 16, MatmulPath.Storage), new(4, 2, 8, 4, MatmulPath.Storage), new(2, 4, 16, 1, MatmulPath.Storage), new(8, 4, 32, 2, MatmulPath.Storage),
        };
        if (device.Profile.SubgroupShuffle)
        {
            lanes = Math.Max(lanes, matrix.Tiling.Lanes);
            forms.AddRange([new(4, 2, lanes, 4, MatmulPath.Broadcast), new(8, 2, 2 * lanes, 1, MatmulPath.Broadcast)]);
        }

        AssertSameBits(device, product, matrix, forms);
    }

    [SkippableTheory]
    [InlineData((int)WeightPrecision.Float32)] // two fetches for a chunk of weights
    [InlineData((int)WeightPrecision.Float16)]
    [InlineData((int)WeightPrecision.Q8)] // the last fetch is of half a unit
    public void Record_WithEveryFormOfSoftware_GivesTheSameBits(int precision)
    {
        var device = fixture.RequireDevice();
        Skip.If(!device.Profile.IsSoftware, "forms of software drivers");
        var product = new MatmulCase(Columns, 136, (WeightPrecision)precision, MatmulEpilogue.StoreBias);
        using var matrix = product.Pack(device);
        Assert.Equal((17, 1), matrix.Tiling.Segments(matrix.ChunkCount));
        var forms = new List<MatmulTile>(MatmulTiling.FixedSoftware.Tiles.Select(entry => entry.Tile)) { new(4, 4, 16, 1, MatmulPath.Storage) };
        if (device.Profile.WeightLoadPath == LoadPath.Texel)
        {
            // The default's and the tuner's; 11 rows fill none of the larger ones.
            forms.AddRange(MatmulCandidates.All(device.Profile, MatmulTiling.Software));
        }

        AssertSameBits(device, product, matrix, forms);
    }

    [SkippableFact]
    public void Record_ThatTheMatrixCannotTake_Throws()
    {
        var device = fixture.RequireDevice();
        var product = new MatmulCase(16, 256, WeightPrecision.Float32, MatmulEpilogue.Store);
        using var segmented = product.Pack(device, MatmulTiling.Gpu);
        using var buffer = DeviceArrays.Create(device, new float[256]);
        using var recorder = new CommandRecorder(device, "misuse");
        var kernel = new MatmulKernel(device);

        // Its kernel knows no segments: it would give other bits.
        Assert.Throws<ArgumentException>(() => kernel.Record(
            recorder, segmented, buffer, 0, 256, buffer, 0, 16, 1, MatmulEpilogue.Store, form: new MatmulTile(8, 8, 8, 1, MatmulPath.Fixed8x8)));
        Assert.Throws<ArgumentException>(() => kernel.Record(
            recorder, segmented, buffer, 0, 256, buffer, 0, 16, 1, MatmulEpilogue.Store, form: new MatmulTile(8, 4, 12, 1, MatmulPath.Storage)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(96)]
    [InlineData(128)]
    [InlineData(352)]
    [InlineData(1001)]
    public void Segments_OfAnyDepth_CoverIt(int chunks)
    {
        foreach (var tiling in new[] { MatmulTiling.Software, MatmulTiling.FixedSoftware, MatmulTiling.Gpu })
        {
            foreach (var granule in new[] { 1, 4 })
            {
                var (length, count) = tiling.Segments(chunks, granule);

                Assert.InRange(count, 1, tiling.MostSegments);
                Assert.InRange(chunks, (count - 1) * length + 1, count * length);
                Assert.Equal(0, length % granule);
            }
        }
    }

    [Fact]
    public void Split_OfAnyRows_CoversThemInOrder()
    {
        foreach (var tiling in new[] { MatmulTiling.Software, MatmulTiling.FixedSoftware, MatmulTiling.Gpu })
        {
            for (var rows = 1; rows < 200; rows++)
            {
                var runs = tiling.Split(rows, blocks: 48, chunks: 48, processors: 2);

                Assert.Equal(0, runs[0].First);
                Assert.Equal(rows, runs[^1].First + runs[^1].Count);
                Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.Equal(pair.First.First + pair.First.Count, pair.Second.First));
                Assert.InRange(runs.Sum(run => (run.Count + run.Tile.Rows - 1) / run.Tile.Rows * run.Tile.Rows) - rows, 0, tiling.Tiles[^1].Tile.Rows - 1);
            }
        }
    }

    private static void AssertSameBits(VulkanDevice device, MatmulCase product, PackedMatrix matrix, IReadOnlyList<MatmulTile> forms)
    {
        var x = RandomData.Normal(new Random(5), Rows * matrix.Depth);
        var before = RandomData.Normal(new Random(6), Rows * Columns);
        product.AssertMatchesTwin(device, matrix, Rows, forms[0]);
        var expected = product.OnDevice(device, matrix, x, before, Rows, forms[0]);
        Assert.All(forms, form => Assert.Equal(expected, product.OnDevice(device, matrix, x, before, Rows, form)));
        // And a row alone what it gives among others.
        Assert.All(forms, form => Assert.Equal(expected[..Columns], product.OnDevice(device, matrix, x, before, 1, form)));
        Assert.Equal(expected, product.OnDevice(device, matrix, x, before, Rows));
    }
}
