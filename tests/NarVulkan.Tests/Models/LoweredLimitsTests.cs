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
    public void Generate_OnALesserDevice_GivesTheGoldenTokens(string name)
    {
        fixture.RequireContext();
        var options = VulkanFixture.Options() with { ShaderDirectory = null };
        // Gate and up, 512 x 64 floats, have 128 KiB and must be split; one decoded clip, 3 x 8 x 32 x 32 floats, has 96 KiB and cannot be.
        const ulong smallBinding = 100 << 10, smallAllocation = 110 << 10;
        // Staging takes a ring of slots of 64 KiB in one allocation.
        const ulong stagedAllocation = 256 << 10;
        options = name switch
        {
            "discrete GPU" => options with { TreatAsDiscrete = true },
            "storage loads" => options with { ForceStorageLoadPath = true },
            "staging" => options with { ForceStaging = true, RingSlotBytes = 64 << 10 },
            "small bindings" => options with { MaxStorageBufferRange = smallBinding, MaxTexelBufferElements = (uint)smallBinding / 16 },
            "small allocations" => options with { MaxAllocationSize = smallAllocation },
            _ => options with { ForceStorageLoadPath = true, ForceStaging = true, RingSlotBytes = 64 << 10, MaxStorageBufferRange = smallBinding, MaxAllocationSize = stagedAllocation },
        };
        using var context = NarContext.Create(options);
        using (var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v")))
        {
            var result = model.Generate(new NarGenerationRequest
            {
                Classes = [0, 4, 10],
                Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f },
                KeepLogits = true,
            });

            Assert.Equal(Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy"), result.Tokens);
            // As for the golden runs: rounding noise of the goldens is 5e-5.
            Golden.AssertClose(Golden.Floats("golden/nar-c2v/cfg1.25__logits.npy"), result.Logits, 1e-3);
        }
        Assert.Equal(0, context.Vulkan.ValidationMessageCount);
    }
}
