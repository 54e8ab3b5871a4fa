using NarVulkan.Tests.Models;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>Opens a device, loads a model, generates one sample greedily and decodes it.</summary>
/// <param name="Model">The model's fixture folder.</param>
/// <param name="Tokens">Its golden tokens; the first sample's are compared.</param>
/// <param name="Scale">Their guidance.</param>
/// <param name="Picture">The golden picture of the first sample; null: the tokens say enough.</param>
internal sealed record SweptGeneration(string Model, string Tokens, float Scale, string? Picture)
{
    public static readonly SweptGeneration Video = new("golden/nar-c2v", "cfg1.25__tokens.npy", 1.25f, null);

    /// <summary>By the decoder for images, which works band by band.</summary>
    public static readonly SweptGeneration Image = new("golden/nar-c2i", "cfg2.5__tokens.npy", 2.5f, "golden/vq-image/pipeline_nar_c2i_cfg2.5__image.npy");

    /// <summary>Does it, and holds what came out against the goldens.</summary>
    /// <param name="run">Told when the model is there; does what may fail once more.</param>
    /// <param name="options">How the device is opened.</param>
    public void Do(FaultyRun run, DeviceOptions options)
    {
        using var context = NarContext.Create(options with { LoadApi = run.LoadApi });
        try
        {
            using var model = run.Twice(() => NarModel.Load(context, TestPaths.Fixture(Model)));
            run.HasLoaded();
            run.Twice(() => Generate(model));
        }
        finally
        {
            run.Messages = context.Vulkan.ValidationMessageCount;
        }
    }

    private void Generate(NarModel model)
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
