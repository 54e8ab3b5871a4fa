using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Vq;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Images on devices that bind or allocate little at a time: computed in bands, with the bits of the whole.</summary>
[Collection(ModelCollection.Name)]
public sealed class VqBandTests(ModelFixture fixture)
{
    public static TheoryData<int, int, ulong, bool> Limits => new()
    {
        // Three rows of 24 x 40 pixels with their border have 16 KiB, the whole 120 KiB.
        { 3, 5, 24 << 10, false }, { 3, 5, 24 << 10, true },
        // Slabs of other heights; queries, keys and values of 6 x 5 tokens have 23 KiB.
        { 6, 5, 40 << 10, false }, { 6, 5, 40 << 10, true },
    };

    [SkippableTheory]
    [MemberData(nameof(Limits))]
    public void DecodeAndEncode_OnADeviceOfLittleBindings_GiveTheSameBits(int rows, int columns, ulong limit, bool storagePath)
    {
        if (storagePath)
        {
            fixture.SkipIfSlow("it loads from storage in any case");
        }
        var options = VulkanFixture.Options() with { ShaderDirectory = null, ForceStorageLoadPath = storagePath };
        var grid = new TokenGrid(1, rows, columns);
        var random = new Random(5);
        var codes = Enumerable.Range(0, grid.Count).Select(_ => random.Next(128)).ToArray();

        var (pixels, encoded) = Run(options, grid, codes, unlimited: true);
        var (bandedPixels, bandedCodes) = Run(options with { MaxStorageBufferRange = limit, MaxAllocationSize = limit }, grid, codes, unlimited: false);

        Assert.Equal(pixels, bandedPixels);
        Assert.Equal(encoded, bandedCodes);
    }

    [SkippableTheory]
    [InlineData("discrete GPU"), InlineData("staging"), InlineData("storage loads")]
    public void DecodeAndEncode_OnAnotherKindOfDevice_GiveTheGoldens(string name)
    {
        if (name != "discrete GPU")
        {
            fixture.SkipIfSlow("a discrete GPU is staged too, and storage loads are what it has in any case");
        }
        var options = VulkanFixture.Options() with { ShaderDirectory = null };
        options = name switch
        {
            "discrete GPU" => options with { TreatAsDiscrete = true },
            "staging" => options with { ForceStaging = true, RingSlotBytes = 64 << 10 },
            _ => options with { ForceStorageLoadPath = true },
        };
        using var context = NarContext.Create(options);
        using (var tokenizer = Open(context))
        {
            var grid = new TokenGrid(1, 3, 5);
            var pixels = new float[2 * tokenizer.ShapeOf(grid).Values];
            var codes = new int[2 * grid.Count];
            tokenizer.Decode(Golden.Ints("golden/vq-image/decode_3x5__tokens.npy"), 2, grid, pixels, CancellationToken.None);
            tokenizer.Encode(Golden.Floats("golden/vq-image/encode_3x5__image.npy"), 2, grid, codes, CancellationToken.None);

            // As in VqGoldenTests.
            Golden.AssertClose(Golden.Floats("golden/vq-image/decode_3x5__image.npy"), pixels, 1e-4);
            Assert.Equal(Golden.Ints("golden/vq-image/encode_3x5__codes.npy"), codes);
        }
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }

    [SkippableFact]
    public void Decode_WhenNotEvenThreeRowsFit_SaysSo()
    {
        fixture.RequireContext();
        using var context = NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null, MaxStorageBufferRange = 24 << 10 });
        using var tokenizer = Open(context);
        var pixels = new float[tokenizer.ShapeOf(new TokenGrid(1, 2, 16)).Values];

        var error = Assert.Throws<DeviceException>(() => tokenizer.Decode(new int[32], 1, new TokenGrid(1, 2, 16), pixels, CancellationToken.None));

        Assert.Contains("three rows of the image", error.Message);
    }

    [SkippableFact]
    public void InputRows_AcrossSlabs_CoverEveryRowOnce()
    {
        using var pool = new SlabPool(fixture.RequireContext().Vulkan, 5 * 7 * 8 * sizeof(float));
        var map = pool.Take(13, 7, 8);

        Assert.Equal((5, 3), (map.RowsPerSlab, map.Slabs.Count));
        foreach (var (first, count) in new[] { (-1, 15), (-1, 3), (3, 4), (11, 3), (0, 13) })
        {
            int next = first;
            foreach (var (slab, rows) in map.InputRows(first, count, bordered: true))
            {
                int slabFirst = 5 * map.Slabs.ToList().IndexOf(slab);
                Assert.Equal(next, slabFirst + rows.XFirstRow);
                Assert.Equal(next - first, rows.YFirstRow);
                Assert.Equal(Math.Min(5, 13 - slabFirst), rows.XRows);
                next += rows.Rows;
                // What lies outside a slab lies outside the image, or another piece has it.
                Assert.True(rows.XFirstRow >= 0 || slabFirst == 0);
                Assert.True(rows.XFirstRow + rows.Rows <= rows.XRows || slabFirst + rows.XRows == 13);
            }

            Assert.Equal(first + count, next);
        }
        pool.Return(map);
        Assert.Equal(map.Slabs, pool.Take(13, 7, 8).Slabs);
    }

    private static (float[] Pixels, int[] Codes) Run(DeviceOptions options, TokenGrid grid, int[] codes, bool unlimited)
    {
        using var context = NarContext.Create(options);
        var pixels = new float[3 * 64 * grid.Count];
        var encoded = new int[grid.Count];
        using (var tokenizer = Open(context))
        {
            tokenizer.Decode(codes, 1, grid, pixels, CancellationToken.None);
            Assert.Equal(unlimited, context.Vulkan.Allocator.Usage.Single(usage => usage.Role == "convInput").PeakBytes > 100 << 10);
            tokenizer.Encode(pixels, 1, grid, encoded, CancellationToken.None);
        }
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
        return (pixels, encoded);
    }

    private static VqTokenizer Open(NarContext context) => VqTokenizer.Open(
        context.Kernels, new TokenizerDescription(TokenizerKind.Vq, TestPaths.Fixture("golden/vq-image/vq_tiny.pt"), null), NarPrecision.Float32);
}
