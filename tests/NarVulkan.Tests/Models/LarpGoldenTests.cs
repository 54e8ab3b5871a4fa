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
    public void Generate_GoldenPipeline_GivesItsFrames()
    {
        var model = fixture.Model("golden/nar-c2v");

        var result = model.Generate(new NarGenerationRequest { Classes = [0, 4], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f } });

        Golden.AssertClose(Golden.Floats("golden/larp-tokenizer/pipeline_nar_c2v_cfg1.25__frames.npy"), result.Frames, FrameTolerance);
    }
}
