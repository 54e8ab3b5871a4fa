using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Larp;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>The LARP tokenizer against the original implementation.</summary>
[Collection(ModelCollection.Name)]
public sealed class LarpGoldenTests(ModelFixture fixture)
{
    // The goldens differ from a float64 run by 5e-7; the order of summation and erf's approximation stay below 1e-5.
    private const double FrameTolerance = 1e-4;

    [SkippableTheory]
    [InlineData("tokenizer", "decode_random"), InlineData("tokenizer_with_prior", "decode_random"), InlineData("tokenizer", "reconstruct")]
    public void Decode_GoldenCodes_GivesItsFrames(string folder, string run)
    {
        var model = fixture.Model($"golden/larp-tokenizer/{folder}");

        var frames = model.Decode(Golden.Ints($"golden/larp-tokenizer/{run}__codes.npy"), 2);

        Golden.AssertClose(Golden.Floats($"golden/larp-tokenizer/{run}__frames.npy"), frames, FrameTolerance);
    }

    [SkippableTheory]
    [InlineData("tokenizer"), InlineData("tokenizer_with_prior")]
    public void Encode_GoldenVideo_GivesItsCodes(string folder)
    {
        var model = fixture.Model($"golden/larp-tokenizer/{folder}");

        var codes = model.Encode(Golden.Floats("golden/larp-tokenizer/encode__video.npy"), 2);

        Assert.Equal(Golden.Ints("golden/larp-tokenizer/encode__codes.npy"), codes);
    }

    [SkippableFact]
    public void Encode_ClipExtendedByItsLastFrame_GivesTheConditionCodes()
    {
        var model = fixture.Model("golden/larp-tokenizer/tokenizer");
        var video = Golden.Floats("golden/larp-tokenizer/encode__video.npy");
        const int frame = 32 * 32, frames = 8, conditionFrames = 5;
        for (int channel = 0; channel < 2 * 3; channel++)
        {
            for (int t = conditionFrames; t < frames; t++)
            {
                video.AsSpan((channel * frames + conditionFrames - 1) * frame, frame).CopyTo(video.AsSpan((channel * frames + t) * frame, frame));
            }
        }

        Assert.Equal(Golden.Ints("golden/larp-tokenizer/encode_cond__codes.npy"), model.Encode(video, 2));
    }

    [SkippableFact]
    public void DecodeAndEncode_OnItsOwnGrid_GiveTheGoldens_OnAnotherTheyAreRefused()
    {
        using IPixelTokenizer tokenizer = LarpTokenizer.Open(
            fixture.RequireContext().Kernels,
            new TokenizerDescription(TokenizerKind.Larp, TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"), TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json")),
            NarPrecision.Float32);
        var grid = tokenizer.OwnGrid!.Value;
        var pixels = new float[2 * tokenizer.ShapeOf(grid).Values];
        var codes = new int[2 * grid.Count];

        tokenizer.Decode(Golden.Ints("golden/larp-tokenizer/decode_random__codes.npy"), 2, grid, pixels, CancellationToken.None);
        tokenizer.Encode(Golden.Floats("golden/larp-tokenizer/encode__video.npy"), 2, grid, codes, CancellationToken.None);

        Golden.AssertClose(Golden.Floats("golden/larp-tokenizer/decode_random__frames.npy"), pixels, FrameTolerance);
        Assert.Equal(Golden.Ints("golden/larp-tokenizer/encode__codes.npy"), codes);
        var turned = new TokenGrid(grid.Rows, grid.Frames, grid.Columns);
        Assert.NotEqual(grid, turned);
        Assert.Throws<InvalidRequestException>(() => tokenizer.ShapeOf(turned));
        Assert.Throws<InvalidRequestException>(() => tokenizer.Decode(codes, 2, turned, pixels, CancellationToken.None));
        Assert.Throws<InvalidRequestException>(() => tokenizer.Encode(pixels, 2, turned, codes, CancellationToken.None));
    }

    [SkippableFact]
    public void Generate_GoldenPipeline_GivesItsFrames()
    {
        var model = fixture.Model("golden/nar-c2v");

        var result = model.Generate(new NarGenerationRequest { Classes = [0, 4], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f } });

        Golden.AssertClose(Golden.Floats("golden/larp-tokenizer/pipeline_nar_c2v_cfg1.25__frames.npy"), result.Frames, FrameTolerance);
    }
}
