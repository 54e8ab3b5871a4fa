using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Continuing given tokens: kept ones stay, and what follows is what the model would have said to them.</summary>
[Collection(ModelCollection.Name)]
public sealed class KeptTokensTests(ModelFixture fixture)
{
    public static TheoryData<string> Models => ["nar-c2i", "par-c2i", "llamagen-c2i", "nar-c2v", "larp-c2v", "nar-t2i-short", "llamagen-t2i"];

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void Generate_KeepingItsOwnTokens_GivesThemAndTheirLogitsAgain(string name)
    {
        var model = fixture.Model($"golden/{name}");
        var request = Request(model, name);
        var whole = model.Generate(request);

        int half = model.Info.Steps / 2;
        foreach (int steps in fixture.IsSlow ? [half] : (int[])[0, 1, half, model.Info.Steps - 1, model.Info.Steps])
        {
            var continued = model.Generate(request with { KeptTokens = whole.Tokens, KeptSteps = steps });

            Assert.Equal(whole.Tokens, continued.Tokens);
            Assert.Equal(whole.Logits, continued.Logits);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void Generate_KeepingOtherTokens_KeepsThemAndGeneratesTheRest(string name)
    {
        var model = fixture.Model($"golden/{name}");
        var request = Request(model, name);
        var whole = model.Generate(request);
        var other = whole.Tokens.Select(token => (token + 1) % model.Info.Vocabulary).ToArray();
        int steps = model.Info.Steps / 2;

        var continued = model.Generate(request with { KeptTokens = other, KeptSteps = steps, KeepLogits = false });

        int kept = Enumerable.Range(0, other.Length).Count(i => continued.Tokens[i] == other[i]);
        Assert.InRange(kept, 2 * steps, other.Length - 2);
        Assert.NotEqual(other, continued.Tokens);
        // The same prefix in a batch of its own and with logits gives the same rest.
        Assert.Equal(continued.Tokens, model.Generate(request with { KeptTokens = other, KeptSteps = steps, MaxBatch = 1 }).Tokens);
    }

    [SkippableFact]
    public void Generate_KeptTokensThatDoNotFit_AreRefused()
    {
        var model = fixture.Model("golden/nar-c2i");
        var tokens = new int[2 * 64];
        int[] outside = [.. tokens];
        outside[0] = 128;

        Refused(Request() with { KeptSteps = 3 }, "3 kept steps without the tokens to keep");
        Refused(Request() with { KeptSteps = 16, KeptTokens = tokens }, "16 kept steps: model golden-nar-c2i has 15");
        Refused(Request() with { KeptSteps = -1, KeptTokens = tokens }, "-1 kept steps");
        Refused(Request() with { KeptSteps = 3, KeptTokens = new int[64] }, "64 kept tokens are not 2 sample(s) of 64");
        Refused(Request() with { KeptSteps = 3, KeptTokens = outside }, "kept token 128 does not exist: model golden-nar-c2i has tokens 0 to 127");
        // A token that is not kept is not looked at.
        model.Generate(Request() with { KeptSteps = 0, KeptTokens = outside });

        void Refused(NarGenerationRequest request, string problem) =>
            Assert.Contains(problem, Assert.Throws<InvalidRequestException>(() => model.Generate(request)).Message, StringComparison.Ordinal);
    }

    /// <summary>Two samples of a golden model: of classes, or of its texts, which have different lengths.</summary>
    private static NarGenerationRequest Request(NarModel model, string name) =>
        model.Info.TextFeatureWidth == 0 ? Request() : Request() with { Classes = [-1, -1], Text = Golden.Text(name) };

    private static NarGenerationRequest Request() => new()
    {
        Classes = [1, 7],
        Sampling = new NarSampling { GuidanceScale = 1.5f, Temperature = 0.9f },
        Seed = 5,
        KeepLogits = true,
        DecodeFrames = false,
    };
}
