using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>
/// Whole generations with float16 weights on cooperative matrices, where the device has them
/// (<c>tools/drivers/with lavapipe-forward</c>), against those on the plain kernel and against the goldens.
/// </summary>
[Collection(ModelCollection.Name)]
public sealed class CooperativeGoldenTests(ModelFixture fixture)
{
    // Activations are sums of two halfs: 22 bits instead of 24, and sums in another order. As for float32 goldens.
    private const double LogitTolerance = 1e-3;

    // One half has 11 bits: 2.6e-3 was seen.
    private const double HalfLogitTolerance = 1e-2;

    [SkippableTheory]
    [InlineData("../../weights/demo-video", "demo-video", "cfg2.0", 2.0f, 2)]
    [InlineData("../../weights/demo-image", "demo-image", "cfg1.25", 1.25f, 2)]
    public void Generate_WithTrainedFloat16Weights_GivesTheGoldenTokensAndLogits(string folder, string golden, string run, float scale, int classes)
    {
        using var context = Open(cooperative: true);
        using var model = NarModel.Load(context, TestPaths.Fixture(folder));
        Assert.Equal(NarPrecision.Float16, model.Info.Precision);

        var result = model.Generate(Request(classes, scale));

        var tokens = Golden.Ints($"{golden}/greedy_{run}__tokens.npy");
        Assert.Equal(tokens.AsSpan(0, result.Tokens.Length).ToArray(), result.Tokens);
        Golden.AssertClose(Golden.Floats($"{golden}/greedy_{run}__logits_first{classes}.npy"), result.Logits, LogitTolerance);
        Assert.Empty(context.Vulkan.Validation?.First ?? []);
    }

    [SkippableTheory]
    [InlineData("nar-c2i", NarPrecision.Float16), InlineData("nar-c2v", NarPrecision.Float16), InlineData("par-c2i", NarPrecision.Float16), InlineData("llamagen-c2i", NarPrecision.Float16)]
    [InlineData("nar-c2v", NarPrecision.Q8)]
    public void Generate_WithRoundedWeights_StaysWithThePlainKernel(string name, NarPrecision precision)
    {
        var (plainTokens, plainLogits) = Run(name, precision, cooperative: false);
        var (tokens, logits) = Run(name, precision, cooperative: true);

        Assert.Equal(plainTokens, tokens);
        Golden.AssertClose(plainLogits, logits, LogitTolerance);
    }

    [SkippableFact]
    public void Generate_WithActivationsRoundedToHalfs_StaysNearTheGoldenLogits()
    {
        using var context = Open(cooperative: true, halfActivations: true);
        using var model = NarModel.Load(context, TestPaths.Fixture("../../weights/demo-image"));

        var result = model.Generate(Request(1, 1.25f));

        // The first token's, which no other token has come before.
        var expected = Golden.Floats("demo-image/greedy_cfg1.25__logits_first2.npy").AsSpan(0, model.Info.Vocabulary);
        Golden.AssertClose(expected, result.Logits.AsSpan(0, model.Info.Vocabulary), HalfLogitTolerance);
    }

    private (int[] Tokens, float[] Logits) Run(string name, NarPrecision precision, bool cooperative)
    {
        using var context = Open(cooperative);
        using var model = NarModel.Load(context, TestPaths.Fixture($"golden/{name}"), new NarLoadOptions { Precision = precision, Tokenizer = false });
        var together = model.Generate(Request(3, 1.5f));

        // A sample is the same whatever it is generated with.
        var alone = model.Generate(Request(1, 1.5f));
        Assert.Equal(together.Tokens.AsSpan(0, alone.Tokens.Length).ToArray(), alone.Tokens);
        Assert.Equal(together.Logits!.AsSpan(0, alone.Logits!.Length).ToArray(), alone.Logits);
        return (together.Tokens, together.Logits!);
    }

    private NarContext Open(bool cooperative, bool halfActivations = false)
    {
        fixture.RequireContext();
        var context = NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null, CooperativeMatrices = cooperative, HalfActivations = halfActivations });
        if (cooperative && context.Vulkan.Profile.CooperativeMatrix is null)
        {
            context.Dispose();
            Skip.If(true, VulkanFixture.NoCooperativeMatrices);
        }

        return context;
    }

    private static NarGenerationRequest Request(int classes, float scale) => new()
    {
        Classes = [.. Enumerable.Range(0, classes)],
        Sampling = new NarSampling { Greedy = true, GuidanceScale = scale },
        KeepLogits = true,
        DecodeFrames = false,
    };
}
