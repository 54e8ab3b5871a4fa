using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models.Vq;
using NarVulkan.Vulkan;
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

    private static float[] Decode(VqTokenizer tokenizer, string run, int rows, int columns)
    {
        TokenGrid grid = new(1, rows, columns);
        var tokens = Golden.Ints($"golden/vq-image/{run}__tokens.npy");
        var pixels = new float[2 * tokenizer.ShapeOf(grid).Values];
        tokenizer.Decode(tokens, 2, grid, pixels, CancellationToken.None);
        return pixels;
    }

    private VqTokenizer Open() => VqTokenizer.Open(
        fixture.RequireContext().Kernels, new TokenizerDescription(TokenizerKind.Vq, TestPaths.Fixture("golden/vq-image/vq_tiny.pt"), null), NarPrecision.Float32);
}
