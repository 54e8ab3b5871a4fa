using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Whole generations with 8-bit weights and integer dot products against those of the plain product.</summary>
[Collection(ModelCollection.Name)]
public sealed class IntegerProductTests(ModelFixture fixture)
{
    // Activations have 15 bits, in blocks whose largest number may be many times the others: 7e-3 was seen, where rounding the weights gives 0.7.
    private const double LogitTolerance = 3e-2;

    [SkippableFact]
    public void Generate_WithTrainedWeights_StaysWithThePlainProductWhateverTheBatch()
    {
        var plain = Run(integer: false, classes: 1);
        var together = Run(integer: true, classes: 3);
        var alone = Run(integer: true, classes: 1);

        // A sample is the same whatever it is generated with, bit for bit.
        Assert.Equal(alone.Tokens, together.Tokens.AsSpan(0, alone.Tokens.Length).ToArray());
        Assert.Equal(alone.Logits, together.Logits!.AsSpan(0, alone.Logits!.Length).ToArray());
        Assert.NotEqual(plain.Logits, alone.Logits);
        Assert.Equal(plain.Tokens, alone.Tokens);
        Golden.AssertClose(plain.Logits, alone.Logits, LogitTolerance);
    }

    private NarGenerationResult Run(bool integer, int classes)
    {
        fixture.RequireContext();
        using var context = NarContext.Create(VulkanFixture.Options() with { ShaderDirectory = null, IntegerDotProducts = integer });
        Skip.If(integer && !context.Vulkan.Profile.IntegerDotProducts, VulkanFixture.NoIntegerDotProducts);
        Skip.If(VulkanFixture.CompilesSlowly(context.Vulkan.Profile), VulkanFixture.SlowCompiler);
        using var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v"), new NarLoadOptions { Precision = NarPrecision.Q8, Tokenizer = false });
        var result = model.Generate(new NarGenerationRequest
        {
            Classes = [.. Enumerable.Range(0, classes)],
            Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f },
            KeepLogits = true,
            DecodeFrames = false,
        });
        Assert.Empty(context.Vulkan.Validation?.First ?? []);
        return result;
    }
}
