using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Requests of prompts: the same as with the features that the text encoder makes of them.</summary>
[Collection(ModelCollection.Name)]
public sealed class PromptTests(ModelFixture fixture) : IDisposable
{
    private static readonly string[] Texts = ["a red fox in the snow", "", "a red fox in the snow", "two owls on a long bench by the harbour, at night, with lamps and boats and nets and ropes"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Encode_PromptsTogether_EachIsAsIfAloneAndAsWithAllOfItsPadding()
    {
        var context = fixture.RequireContext();
        using var encoder = NarTextEncoder.Load(context, TestPaths.Fixture("golden/t5-text/flan-t5-tiny"));
        int values = encoder.Info.Tokens * encoder.Info.FeatureWidth;

        var together = encoder.Encode(Texts);

        for (int text = 0; text < Texts.Length; text++)
        {
            var alone = encoder.Encode([Texts[text]]);
            Assert.Equal(alone.Features, together.Features[(text * values)..((text + 1) * values)]);
            Assert.Equal(alone.Mask, together.Mask![(text * encoder.Info.Tokens)..((text + 1) * encoder.Info.Tokens)]);
            int[] ids = encoder.Tokenizer.Encode(NarTextEncoder.Prepare(Texts[text]), encoder.Info.Tokens);
            Assert.Equal(ids.Length, alone.Mask!.Sum());
            int[] padded = [.. ids, .. new int[encoder.Info.Tokens - ids.Length]];
            float[] whole = encoder.Encode(padded, alone.Mask, encoder.Info.Tokens);
            // Padding is seen by no token. On a GPU the length may choose another way to sum.
            Golden.AssertClose(whole.AsSpan(0, ids.Length * encoder.Info.FeatureWidth), alone.Features.AsSpan(0, ids.Length * encoder.Info.FeatureWidth), fixture.IsSoftware ? 0 : 1e-5);
            Assert.All(alone.Features[(ids.Length * encoder.Info.FeatureWidth)..], value => Assert.Equal(0f, value));
        }
    }

    [SkippableTheory]
    [InlineData(true), InlineData(false)]
    public void Generate_FromPrompts_IsAsFromTheirFeaturesWhetherTheEncoderStaysOrNot(bool keep)
    {
        var context = fixture.RequireContext();
        string directory = Reader();
        using var model = NarModel.Load(context, directory, new NarLoadOptions { KeepTextEncoder = keep });
        Assert.True(model.Info.TakesPrompts);
        long before = context.DeviceMemory.InUse;
        var request = new NarGenerationRequest
        {
            Classes = [-1, -1, -1, -1],
            Sampling = new NarSampling { Greedy = true, GuidanceScale = 4f },
            KeepLogits = true,
            DecodeFrames = false,
        };

        var ofPrompts = model.Generate(request with { Prompts = Texts, NegativePrompt = "blurry" });
        var again = model.Generate(request with { Prompts = Texts, NegativePrompt = "blurry" });

        NarTextCondition text, negative;
        using (var encoder = NarTextEncoder.Load(context, directory))
        {
            (text, negative) = (encoder.Encode(Texts), encoder.Encode(["blurry"]));
        }
        var ofFeatures = model.Generate(request with { Text = text, NegativeText = negative });
        Assert.Equal(ofFeatures.Logits, ofPrompts.Logits);
        Assert.Equal(ofPrompts.Logits, again.Logits);
        int count = model.Info.TokenCount;
        Assert.Equal(ofPrompts.Tokens[..count], ofPrompts.Tokens[(2 * count)..(3 * count)]);
        Assert.NotEqual(ofPrompts.Tokens[..count], ofPrompts.Tokens[(3 * count)..]);
        Assert.NotEqual(model.Generate(request with { Prompts = Texts }).Logits, ofPrompts.Logits);
        Assert.True(context.DeviceMemory.InUse > before || !keep);
    }

    [SkippableFact]
    public void Generate_AwayFromTheTextItself_IsAsWithoutGuidance()
    {
        var context = fixture.RequireContext();
        using var model = NarModel.Load(context, Reader());
        var request = new NarGenerationRequest
        {
            Classes = [-1],
            Prompts = ["a red fox in the snow"],
            Sampling = new NarSampling { Greedy = true },
            KeepLogits = true,
            DecodeFrames = false,
        };

        var plain = model.Generate(request);
        var guided = model.Generate(request with { NegativePrompt = request.Prompts[0], Sampling = request.Sampling with { GuidanceScale = 5f } });

        // u + (c - u) * 5 with c and u of the same rows: not a bit of difference but for the rows that the attention takes together.
        Golden.AssertClose(plain.Logits!, guided.Logits!, 1e-4);
    }

    [SkippableFact]
    public void Generate_PromptsThatCannotBe_AreRefused()
    {
        var context = fixture.RequireContext();
        using var model = NarModel.Load(context, Reader());
        var request = new NarGenerationRequest { Classes = [-1, -1], Sampling = new NarSampling(), DecodeFrames = false };
        Fails("1 prompts are not one for each of 2 samples", model, request with { Prompts = ["one"] });
        Fails("give it a prompt", model, request);
        var text = new NarTextCondition { Features = [] };
        Fails("prompts and text features", model, request with { Prompts = ["a", "b"], Text = text });
        Fails("a negative prompt and negative text features", model, request with { Prompts = ["a", "b"], NegativePrompt = "c", NegativeText = text });
        Fails("more than the", model, request with { Prompts = [new string('a', 1 << 16), "b"] });
        Fails("has no text encoder", fixture.Model("golden/nar-t2i"), request with { Prompts = ["a", "b"] });
        Fails("takes no prompt", fixture.Model("golden/nar-c2i"), request with { Prompts = ["a", "b"] });
    }

    [SkippableFact]
    public void Load_WhatIsNoTextEncoder_SaysWhatIsWrong()
    {
        var context = fixture.RequireContext();
        Assert.Contains("describes no text encoder", Assert.Throws<ModelFileException>(() => NarTextEncoder.Load(context, TestPaths.Fixture("golden/nar-t2i"))).Message, StringComparison.Ordinal);
        Assert.Contains("text encoder alone", Assert.Throws<ModelFileException>(() => NarModel.Load(context, TestPaths.Fixture("golden/t5-text/flan-t5-tiny"))).Message, StringComparison.Ordinal);
        // 600 pieces and 100 extra ids do not fit 128 rows.
        string spiece = TestPaths.Fixture("golden/t5-text/flan-t5-tiny/spiece.model");
        string encoder = TestPaths.Fixture("golden/t5-encoder");
        foreach (string name in (string[])["config.json", "model.safetensors"])
        {
            File.Copy(Path.Combine(encoder, name), folder.File(name));
        }
        Assert.Contains("no spiece.model or tokenizer.json", Assert.Throws<ModelFileException>(() => NarTextEncoder.Load(context, folder.Path)).Message, StringComparison.Ordinal);
        File.Copy(spiece, folder.File("spiece.model"));
        Assert.Contains("they do not belong together", Assert.Throws<ModelFileException>(() => NarTextEncoder.Load(context, folder.Path)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Encode_IdsThatCannotBe_AreRefused()
    {
        var context = fixture.RequireContext();
        var encoder = NarTextEncoder.Load(context, TestPaths.Fixture("golden/t5-text/flan-t5-tiny"));
        Refused("token 704 does not exist", [704, 1], [1, 1], 2);
        Refused("token -1 does not exist", [-1, 1], [1, 1], 2);
        Refused("are not texts of 2 tokens", [1, 1, 1], [1, 1, 1], 2);
        Refused("are not texts of 2 tokens", [1, 1], [1], 2);
        Refused("is made of 0 (padding) and 1", [1, 1], [1, 2], 2);
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode(["a"]));

        void Refused(string problem, int[] ids, int[] mask, int tokens) =>
            Assert.Contains(problem, Assert.Throws<InvalidRequestException>(() => encoder.Encode(ids, mask, tokens)).Message, StringComparison.Ordinal);
    }

    private static void Fails(string problem, NarModel model, NarGenerationRequest request)
    {
        string message = Assert.Throws<InvalidRequestException>(() => model.Generate(request)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    /// <summary>The golden text-to-image generator with the golden text encoder.</summary>
    private string Reader()
    {
        string Relative(string fixturePath) => Path.GetRelativePath(folder.Path, TestPaths.Fixture(fixturePath)).Replace('\\', '/');
        const string encoder = "golden/t5-text/flan-t5-tiny/";
        folder.Write("narvk.json", $$"""
            {
              "format": 1,
              "generator": { "architecture": "nar-t2i", "weights": "{{Relative("golden/nar-t2i/t2i_tiny.pt")}}", "heads": 4, "grid": [6, 6], "conditionTokens": 120 },
              "text": { "weights": "{{Relative(encoder + "pytorch_model.bin")}}", "tokenizer": "{{Relative(encoder + "spiece.model")}}", "config": "{{Relative(encoder + "config.json")}}", "tokens": 120 }
            }
            """);
        return folder.Path;
    }
}
