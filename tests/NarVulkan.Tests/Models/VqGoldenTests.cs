using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Vq;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>The VQ image tokenizer against the original implementation.</summary>
[Collection(ModelCollection.Name)]
public sealed class VqGoldenTests(ModelFixture fixture)
{
    // The goldens differ from a float64 run by 3e-6; other orders of summation stay below 1e-5.
    private const double PixelTolerance = 1e-4;

    public static TheoryData<string, int, int> Decoded => new()
    {
        { "decode_3x5", 3, 5 }, { "decode_4x4", 4, 4 }, { "pipeline_nar_c2i_cfg2.5", 8, 8 },
    };

    [SkippableTheory]
    [MemberData(nameof(Decoded))]
    public void Decode_GoldenTokens_GivesItsImages(string run, int rows, int columns)
    {
        using var tokenizer = Open();

        var pixels = Decode(tokenizer, run, rows, columns);

        Golden.AssertClose(Golden.Floats($"golden/vq-image/{run}__image.npy"), pixels, PixelTolerance);
    }

    [SkippableTheory]
    [InlineData("encode_3x5", 3, 5), InlineData("encode_4x4", 4, 4)]
    public void Encode_GoldenImages_GivesItsCodes(string run, int rows, int columns)
    {
        using var tokenizer = Open();
        var codes = new int[2 * rows * columns];

        tokenizer.Encode(Golden.Floats($"golden/vq-image/{run}__image.npy"), 2, new TokenGrid(1, rows, columns), codes, CancellationToken.None);

        Assert.Equal(Golden.Ints($"golden/vq-image/{run}__codes.npy"), codes);
    }

    [SkippableTheory]
    [InlineData("decode_3x5", 3, 5), InlineData("decode_4x4", 4, 4), InlineData("pipeline_nar_c2i_cfg2.5", 8, 8)]
    public void ToImages_GoldenAndDecodedPixels_GiveTheGoldenBytes(string run, int rows, int columns)
    {
        using var tokenizer = Open();
        var shape = tokenizer.ShapeOf(new TokenGrid(1, rows, columns));
        var expected = Golden.Ints($"golden/vq-image/{run}__image_uint8.npy");

        Assert.Equal(expected, Bytes(Golden.Floats($"golden/vq-image/{run}__image.npy"), shape));
        if (rows == 8)
        {
            fixture.SkipIfSlow("these pixels are compared as floats above");
        }
        // A pixel on the edge of two bytes may fall to either side.
        Assert.All(Bytes(Decode(tokenizer, run, rows, columns), shape).Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [SkippableFact]
    public void Decode_OneImageOrSeveral_GivesTheSameBits()
    {
        using var tokenizer = Open();
        TokenGrid grid = new(1, 4, 4);
        var tokens = Golden.Ints("golden/vq-image/decode_4x4__tokens.npy");
        var both = Decode(tokenizer, "decode_4x4", 4, 4);
        int values = both.Length / 2;

        // Another size in between: the plan is recorded anew.
        Decode(tokenizer, "decode_3x5", 3, 5);
        var swapped = new float[both.Length];
        tokenizer.Decode([.. tokens[16..], .. tokens[..16]], 2, grid, swapped, CancellationToken.None);
        var alone = new float[values];
        tokenizer.Decode(tokens.AsSpan(16), 1, grid, alone, CancellationToken.None);

        Assert.Equal(both[values..], swapped[..values]);
        Assert.Equal(both[..values], swapped[values..]);
        Assert.Equal(both[values..], alone);
    }

    [SkippableTheory]
    [InlineData(NarPrecision.Float16), InlineData(NarPrecision.BFloat16)]
    public void Decode_InHalfPrecision_StaysNearTheGolden(NarPrecision precision)
    {
        using var tokenizer = Open(precision);

        var pixels = Decode(tokenizer, "decode_4x4", 4, 4);

        Assert.Equal(precision, tokenizer.Precision);
        // Weights with 11 or 8 significant bits through some thirty layers, of pixels in -1..1.
        Golden.AssertClose(Golden.Floats("golden/vq-image/decode_4x4__image.npy"), pixels, precision == NarPrecision.Float16 ? 1e-2 : 0.1);
    }

    [SkippableFact]
    public void Decode_WhenCancelled_LeavesTheTokenizerUsable()
    {
        using var tokenizer = Open();
        var before = Decode(tokenizer, "decode_4x4", 4, 4);

        Assert.Throws<OperationCanceledException>(() => tokenizer.Decode(new int[16], 1, new TokenGrid(1, 4, 4), new float[3 * 32 * 32], new CancellationToken(true)));

        Assert.Equal(before, Decode(tokenizer, "decode_4x4", 4, 4));
    }

    [SkippableFact]
    public void Properties_OfTheLoadedTokenizer_AreThoseOfItsFile()
    {
        using var tokenizer = Open();
        Assert.Equal(0, tokenizer.Parameters);
        long loaded = 0;

        tokenizer.LoadDecoder(parameters => loaded += parameters);

        // Codebook, post_quant_conv and everything of the decoder.
        using var file = WeightFile.Open(TestPaths.Fixture("golden/vq-image/vq_tiny.pt"));
        long expected = file.Tensors.Values
            .Where(tensor => tensor.Name.StartsWith("decoder.", StringComparison.Ordinal) || tensor.Name.StartsWith("post_quant_conv.", StringComparison.Ordinal) || tensor.Name == "quantize.embedding.weight")
            .Sum(tensor => tensor.ElementCount);
        Assert.Equal((expected, expected, 128), (loaded, tokenizer.Parameters, tokenizer.Vocabulary));
        Assert.Null(tokenizer.OwnGrid);
        Assert.Equal(new PixelShape(3, 1, 24, 40), tokenizer.ShapeOf(new TokenGrid(1, 3, 5)));
    }

    [SkippableTheory]
    [InlineData(2, 4, 4), InlineData(1, 0, 4), InlineData(1, 4, -1), InlineData(1, 100_000, 100_000)]
    public void ShapeOf_GridThatIsNoImage_IsRefused(int frames, int rows, int columns)
    {
        using var tokenizer = Open();

        Assert.Throws<InvalidRequestException>(() => tokenizer.ShapeOf(new TokenGrid(frames, rows, columns)));
    }

    /// <summary>The bytes of both images, [2, 3, height, width] as the goldens have them.</summary>
    private static IEnumerable<int> Bytes(float[] pixels, PixelShape shape) => Enumerable.Range(0, 2).SelectMany(sample =>
    {
        var picture = FrameConversion.ToImages(pixels, NarMedia.Image, sample, 1, shape.Height, shape.Width, 1)[0].Pixels;
        int area = shape.Height * shape.Width;
        return Enumerable.Range(0, 3 * area).Select(i => (int)picture[i % area * 3 + i / area]);
    });

    private static float[] Decode(VqTokenizer tokenizer, string run, int rows, int columns)
    {
        TokenGrid grid = new(1, rows, columns);
        var tokens = Golden.Ints($"golden/vq-image/{run}__tokens.npy");
        var pixels = new float[2 * tokenizer.ShapeOf(grid).Values];
        tokenizer.Decode(tokens, 2, grid, pixels, CancellationToken.None);
        return pixels;
    }

    private VqTokenizer Open(NarPrecision precision = NarPrecision.Float32) => VqTokenizer.Open(
        fixture.RequireContext().Kernels, new TokenizerDescription(TokenizerKind.Vq, TestPaths.Fixture("golden/vq-image/vq_tiny.pt"), null), precision);
}
