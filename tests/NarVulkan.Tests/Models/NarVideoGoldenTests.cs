using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>The NAR video generators against the original implementation.</summary>
[Collection(ModelCollection.Name)]
public sealed class NarVideoGoldenTests(ModelFixture fixture)
{
    // The goldens' own float32 rounding noise is 2e-5 to 5e-5 on logits of up to 36; another order of summation doubles it.
    private const double LogitTolerance = 1e-3;

    private static readonly int[] GoldenClasses = [0, 4, 10];

    [SkippableTheory]
    [InlineData("cfg1.0", 1.0f, -1)]
    [InlineData("cfg1.25", 1.25f, -1)]
    [InlineData("cfg2.5_interval", 2.5f, 9)]
    public void NarC2v_GoldenRun_GivesItsTokensAndLogits(string run, float scale, int interval)
    {
        var model = fixture.Model("golden/nar-c2v");

        var result = model.Generate(new NarGenerationRequest
        {
            Classes = GoldenClasses,
            Sampling = new NarSampling { Greedy = true, GuidanceScale = scale, GuidanceInterval = interval },
            KeepLogits = true,
            DecodeFrames = false,
        });

        Assert.Equal(Golden.Ints($"golden/nar-c2v/{run}__tokens.npy"), result.Tokens);
        Golden.AssertClose(Golden.Floats($"golden/nar-c2v/{run}__logits.npy"), result.Logits, LogitTolerance);
    }

    [SkippableFact]
    public void NarC2vFp_GoldenRun_GivesItsTokensAndLogits()
    {
        var model = fixture.Model("golden/nar-c2v-fp");

        var result = model.Generate(new NarGenerationRequest
        {
            Classes = [-1, -1, -1, -1],
            ConditionTokens = Golden.Ints("golden/nar-c2v-fp/in__cond_tokens.npy"),
            Sampling = new NarSampling { Greedy = true },
            KeepLogits = true,
            DecodeFrames = false,
        });

        Assert.Equal(Golden.Ints("golden/nar-c2v-fp/cfg1.0__tokens.npy"), result.Tokens);
        Golden.AssertClose(Golden.Floats("golden/nar-c2v-fp/cfg1.0__logits.npy"), result.Logits, LogitTolerance);
    }

    [SkippableFact]
    public void NarC2vFp_ChangingTheUnseenCondition_ChangesNothing()
    {
        var model = fixture.Model("golden/nar-c2v-fp");
        var condition = Golden.Ints("golden/nar-c2v-fp/in__cond_tokens.npy");
        var changed = condition.ToArray();
        for (int i = 0; i < changed.Length; i++)
        {
            if (i % 33 is not 0 and not 32)
            {
                changed[i] = (changed[i] + 7) % 64;
            }
        }

        Assert.Equal(Generate(condition), Generate(changed));
        changed[0] = (changed[0] + 7) % 64;
        Assert.NotEqual(Generate(condition), Generate(changed));
        Assert.NotNull(model.Info.Note);

        int[] Generate(int[] tokens) => model.Generate(new NarGenerationRequest
        {
            Classes = [-1, -1, -1, -1],
            ConditionTokens = tokens,
            Sampling = new NarSampling { Greedy = true },
            DecodeFrames = false,
        }).Tokens;
    }

    [SkippableFact]
    public void NarC2v_NegativeClass_IsTheUnconditionalOne()
    {
        var model = fixture.Model("golden/nar-c2v");

        var unconditional = Generate(-1, 1f);
        var guided = Generate(-1, 2.5f);

        // Guidance between two equal halves changes nothing but rounding, and the goldens' margins are far above that.
        Assert.Equal(unconditional, guided);
        Assert.NotEqual(unconditional, Generate(0, 1f));

        int[] Generate(int label, float scale) => model.Generate(new NarGenerationRequest
        {
            Classes = [label],
            Sampling = new NarSampling { Greedy = true, GuidanceScale = scale },
            DecodeFrames = false,
        }).Tokens;
    }
}
