using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Whole generations on devices that offer less: weights in panels, no texel buffers, memory that the host cannot see.</summary>
[Collection(ModelCollection.Name)]
public sealed class LoweredLimitsTests(ModelFixture fixture)
{
    public static TheoryData<string> Devices => ["discrete GPU", "storage loads", "staging", "small bindings", "small allocations", "all of it"];

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Generate_OnALesserDevice_GivesTheGoldenTokens(string name) =>
        Run(name, "nar-c2v", "cfg1.25", "tokens", decode: true, new NarGenerationRequest { Classes = [0, 4, 10], Sampling = Greedy(1.25f) });

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Generate_ParallelTokensOnALesserDevice_GivesTheGoldenTokens(string name) =>
        Run(name, "par-c2i", "cfg1.5_interval", "tokens_raster", decode: false, new NarGenerationRequest { Classes = [2, 9, 0], Sampling = Greedy(1.5f, 5) });

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Generate_TextsOnALesserDevice_GivesTheGoldenTokens(string name) =>
        Run(name, "nar-t2i-short", "cfg3.0", "tokens", decode: false, new NarGenerationRequest { Classes = [-1, -1], Text = Golden.Text("nar-t2i-short"), Sampling = Greedy(3f) });

    // What stays away here, "all of it" has as well; decoding takes long on a processor, so that one sample has to do.
    [SkippableTheory]
    [InlineData("discrete GPU"), InlineData("small bindings"), InlineData("small allocations"), InlineData("all of it")]
    public void Generate_AnImageOnALesserDevice_IsTheGoldenOne(string name)
    {
        if (name == "discrete GPU")
        {
            fixture.SkipIfSlow("VqBandTests decodes on such a device, and the tests above generate on it");
        }
        var result = Run(name, "nar-c2i", "cfg2.5", "tokens", decode: true, new NarGenerationRequest { Classes = [0], Sampling = Greedy(2.5f) });

        Golden.AssertClose(Golden.Floats("golden/vq-image/pipeline_nar_c2i_cfg2.5__image.npy").AsSpan(0, result.Frames!.Length), result.Frames, 1e-4);
    }

    private static NarSampling Greedy(float scale, int interval = -1) => new() { Greedy = true, GuidanceScale = scale, GuidanceInterval = interval };

    /// <summary>Loads a golden model on a device with the limits <paramref name="device"/> and holds a run of it against its goldens.</summary>
    private NarGenerationResult Run(string device, string model, string run, string tokens, bool decode, NarGenerationRequest request)
    {
        if (device is not ("discrete GPU" or "all of it"))
        {
            fixture.SkipIfSlow("what this device lacks, \"all of it\" lacks as well");
        }
        using var context = NarContext.Create(Limited(device));
        NarGenerationResult result;
        using (var loaded = NarModel.Load(context, TestPaths.Fixture($"golden/{model}")))
        {
            result = loaded.Generate(request with { KeepLogits = true, DecodeFrames = decode });
        }
        // A request may have fewer samples than the golden run.
        Assert.Equal(Golden.Ints($"golden/{model}/{run}__{tokens}.npy").AsSpan(0, result.Tokens.Length).ToArray(), result.Tokens);
        // As for the golden runs: rounding noise of the goldens is 1e-4 at most.
        Golden.AssertClose(Golden.Floats($"golden/{model}/{run}__logits.npy").AsSpan(0, result.Logits!.Length), result.Logits, 1e-3);
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
        return result;
    }

    private static DeviceOptions Limited(string device)
    {
        var options = VulkanFixture.Options() with { ShaderDirectory = null };
        // Gate and up, 512 x 64 floats, have 128 KiB and must be split; one decoded clip, 3 x 8 x 32 x 32 floats, has 96 KiB and cannot be.
        const ulong smallBinding = 100 << 10, smallAllocation = 110 << 10;
        // Staging takes a ring of slots of 64 KiB in one allocation.
        const ulong stagedAllocation = 256 << 10;
        return device switch
        {
            "discrete GPU" => options with { TreatAsDiscrete = true },
            "storage loads" => options with { ForceStorageLoadPath = true },
            "staging" => options with { ForceStaging = true, RingSlotBytes = 64 << 10 },
            "small bindings" => options with { MaxStorageBufferRange = smallBinding, MaxTexelBufferElements = (uint)smallBinding / 16 },
            "small allocations" => options with { MaxAllocationSize = smallAllocation },
            _ => options with { ForceStorageLoadPath = true, ForceStaging = true, RingSlotBytes = 64 << 10, MaxStorageBufferRange = smallBinding, MaxAllocationSize = stagedAllocation },
        };
    }
}
