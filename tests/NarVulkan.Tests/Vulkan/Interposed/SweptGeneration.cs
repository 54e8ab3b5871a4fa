using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>What a sweep of faults generates again and again: greedily, one sample, decoded.</summary>
/// <param name="Model">The model's fixture folder.</param>
/// <param name="Tokens">Its golden tokens; the first sample's are compared.</param>
/// <param name="Scale">Their guidance.</param>
/// <param name="Picture">The golden picture of the first sample; null: the tokens say enough.</param>
internal sealed record SweptGeneration(string Model, string Tokens, float Scale, string? Picture)
{
    public static readonly SweptGeneration Video = new("golden/nar-c2v", "cfg1.25__tokens.npy", 1.25f, null);

    /// <summary>By the decoder for images, which works band by band.</summary>
    public static readonly SweptGeneration Image = new("golden/nar-c2i", "cfg2.5__tokens.npy", 2.5f, "golden/vq-image/pipeline_nar_c2i_cfg2.5__image.npy");

    public NarModel Load(NarContext context) => NarModel.Load(context, TestPaths.Fixture(Model));

    /// <summary>Generates, and holds what came out against the goldens.</summary>
    public void Run(NarModel model)
    {
        var result = model.Generate(new NarGenerationRequest { Classes = [0], Sampling = new NarSampling { Greedy = true, GuidanceScale = Scale }, DecodeFrames = true });
        Assert.Equal(Golden.Ints($"{Model}/{Tokens}").AsSpan(0, result.Tokens.Length).ToArray(), result.Tokens);
        if (Picture is not null)
        {
            // As for the golden runs.
            Golden.AssertClose(Golden.Floats(Picture).AsSpan(0, result.Frames!.Length), result.Frames, 1e-4);
        }
    }
}
