using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>The generators other than NAR video against the original implementations: every run of every case.</summary>
[Collection(ModelCollection.Name)]
public sealed class GeneratorGoldenTests(ModelFixture fixture)
{
    // The goldens' own float32 rounding noise is up to 1e-4 on logits of up to 44; another order of summation doubles it.
    private const double LogitTolerance = 1e-3;

    // The goldens' own rounding noise is 3e-6; another order of summation stays below 1e-5.
    private const double ImageTolerance = 1e-4;

    private static readonly Dictionary<string, int[]> GoldenClasses = new()
    {
        ["nar-c2i"] = [0, 3, 9, 5],
        ["par-c2i"] = [2, 9, 0],
        ["llamagen-c2i"] = [1, 9, 4],
        ["larp-c2v"] = [0, 6, 10],
    };

    [SkippableTheory]
    [InlineData("nar-c2i", "cfg1.0", 1.0f, -1)]
    [InlineData("nar-c2i", "cfg2.5", 2.5f, -1)]
    [InlineData("nar-c2i", "cfg2.5_interval", 2.5f, 20)]
    [InlineData("nar-c2i", "cfg2.5_interval0", 2.5f, 0)]
    [InlineData("par-c2i", "cfg1.0", 1.0f, -1, "tokens_raster")]
    [InlineData("par-c2i", "cfg1.5", 1.5f, -1, "tokens_raster")]
    [InlineData("par-c2i", "cfg1.5_interval", 1.5f, 5, "tokens_raster")]
    [InlineData("llamagen-c2i", "cfg1.0", 1.0f, -1)]
    [InlineData("llamagen-c2i", "cfg2.0", 2.0f, -1)]
    [InlineData("llamagen-c2i", "cfg2.0_interval", 2.0f, 20)]
    [InlineData("larp-c2v", "cfg1.0", 1.0f, -1)]
    [InlineData("larp-c2v", "cfg1.25", 1.25f, -1)]
    [InlineData("larp-c2v", "cfg2.5_interval", 2.5f, 9)]
    public void ClassConditional_GoldenRun_GivesItsTokensAndLogits(string name, string run, float scale, int interval, string tokens = "tokens")
    {
        var result = fixture.Model($"golden/{name}").Generate(Greedy(scale, interval) with { Classes = GoldenClasses[name] });

        AssertGolden(name, run, tokens, result);
    }

    [SkippableTheory]
    [InlineData("nar-t2i", "cfg1.0", 1.0f)]
    [InlineData("nar-t2i", "cfg3.0", 3.0f)]
    [InlineData("nar-t2i-short", "cfg1.0", 1.0f)]
    [InlineData("nar-t2i-short", "cfg3.0", 3.0f)]
    [InlineData("llamagen-t2i", "cfg1.0", 1.0f)]
    [InlineData("llamagen-t2i", "cfg3.0", 3.0f)]
    [InlineData("llamagen-t2i", "cfg3.0_interval", 3.0f, 14)]
    public void TextConditional_GoldenRun_GivesItsTokensAndLogits(string name, string run, float scale, int interval = -1)
    {
        var model = fixture.Model($"golden/{name}");
        var request = Greedy(scale, interval) with { Classes = [-1, -1] };
        var leftPadded = Golden.Text(name);
        var rightPadded = new NarTextCondition { Features = Golden.Floats($"golden/{name}/in__caption_embs_right_padded.npy"), Mask = Golden.Ints($"golden/{name}/in__emb_mask_right_padded.npy") };

        AssertGolden(name, run, "tokens", model.Generate(request with { Text = leftPadded }));
        // As a text encoder leaves them, rubbish behind the text: padded on the left by the engine.
        AssertGolden(name, run, "tokens", model.Generate(request with { Text = rightPadded }));
    }

    [SkippableTheory]
    [InlineData("nar-t2i"), InlineData("nar-t2i-short"), InlineData("llamagen-t2i")]
    public void TextConditional_WithoutLeftPadding_GivesTheGoldenTokensAndLogits(string name)
    {
        var text = new NarTextCondition
        {
            Features = Golden.Floats($"golden/{name}/in__caption_embs_right_padded.npy"),
            Mask = Golden.Ints($"golden/{name}/in__emb_mask_right_padded.npy"),
            LeftPad = false,
        };

        var result = fixture.Model($"golden/{name}").Generate(Greedy(3f, -1) with { Classes = [-1, -1], Text = text });

        AssertGolden(name, "cfg3.0_no_left_padding", "tokens", result);
    }

    [SkippableFact]
    public void LlamaGenT2i_FromTheTextEncodersFeatures_GivesTheGoldenTokensAndLogits()
    {
        int[] rows = [0, 2, 4];
        float[] features = Golden.Floats("golden/t5-text/caption_embs.npy");
        int[] mask = Golden.Ints("golden/t5-text/attention_mask.npy");
        int values = features.Length / (mask.Length / 120);
        var text = new NarTextCondition
        {
            Features = [.. rows.SelectMany(row => features.AsSpan(row * values, values).ToArray())],
            Mask = [.. rows.SelectMany(row => mask.AsSpan(row * 120, 120).ToArray())],
        };

        var result = fixture.Model("golden/llamagen-t2i").Generate(Greedy(3f, -1) with { Classes = [-1, -1, -1], Text = text });

        AssertGolden("llamagen-t2i", "pipeline_t5_text_cfg3.0", "tokens", result);
    }

    [SkippableFact]
    public void NarC2i_DecodedImages_AreTheGoldenOnes()
    {
        var result = fixture.Model("golden/nar-c2i").Generate(Greedy(2.5f, -1) with { Classes = [0, 3], KeepLogits = false, DecodeFrames = true });

        Assert.Equal(Golden.Ints("golden/vq-image/pipeline_nar_c2i_cfg2.5__tokens.npy"), result.Tokens);
        Golden.AssertClose(Golden.Floats("golden/vq-image/pipeline_nar_c2i_cfg2.5__image.npy"), result.Frames, ImageTolerance);
    }

    [SkippableFact]
    public void LarpC2v_HubFolder_GivesTheGoldenTokens()
    {
        var model = fixture.Model("golden/larp-c2v/hub");

        var result = model.Generate(Greedy(1.25f, -1) with { Classes = GoldenClasses["larp-c2v"] });

        AssertGolden("larp-c2v", "cfg1.25", "tokens", result);
    }

    private static NarGenerationRequest Greedy(float scale, int interval) => new()
    {
        Classes = [],
        Sampling = new NarSampling { Greedy = true, GuidanceScale = scale, GuidanceInterval = interval },
        KeepLogits = true,
        DecodeFrames = false,
    };

    private static void AssertGolden(string name, string run, string tokens, NarGenerationResult result)
    {
        Assert.Equal(Golden.Ints($"golden/{name}/{run}__{tokens}.npy"), result.Tokens);
        Golden.AssertClose(Golden.Floats($"golden/{name}/{run}__logits.npy"), result.Logits, LogitTolerance);
    }
}
