using NarVulkan.Decoding;
using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>What a replay costs the host, for the plan shape of the published video models: 34 steps of 4 x 16 x 16 tokens.</summary>
[Collection(ModelCollection.Name)]
public sealed class ReplayTests(ModelFixture fixture)
{
    private static readonly NarRandomModel Video = new()
    {
        Architecture = "nar-c2v",
        Width = 32,
        Blocks = 1,
        Heads = 2,
        Grid = [4, 16, 16],
        Vocabulary = 64,
        Classes = 3,
    };

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replay_OfAWholeGeneration_AllocatesNothing(bool withProgress)
    {
        // On SwiftShader 13 steps stand for 34.
        using var engine = Load(fixture.IsSlow ? Video with { Grid = [3, 6, 6] } : Video);
        using var plan = Plan(engine);
        var inputs = new GenerationInputs { Conditions = [0, 2] };
        var tokens = new int[2 * engine.Weights.Schedule.Grid.Count];
        uint[] streams = [0, 1];
        int steps = 0;
        Action<int>? done = withProgress ? _ => steps++ : null;
        Replay();
        Replay();

        Assert.Equal(0, Allocations.Least(Replay));
        Assert.Equal(withProgress ? (2 + Allocations.Measurements) * (engine.Weights.Schedule.Steps.Count - 1) : 0, steps);

        void Replay()
        {
            plan.SetInputs(inputs, 0, new SamplingParameters(1.25f, 1, 0.9f, 20, greedy: false, seed: 3), streams);
            plan.RunPrefill(default);
            plan.RunSteps(done, default);
            plan.ReadTokens(tokens);
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_Again_AllocatesNoMoreForMoreSteps(bool withProgress)
    {
        var context = fixture.RequireContext();
        var progress = withProgress ? new CountingProgress() : null;
        // Many more steps, and the same number of tokens.
        using var few = NarModel.CreateRandom(context, Video with { Grid = [2, 4, 4] });
        using var many = NarModel.CreateRandom(context, Video with { Grid = [1, 1, 32] });
        int more = many.Info.Steps - few.Info.Steps;
        Assert.InRange(more, 20, int.MaxValue);

        // What a call allocates varies by some objects, as the runtime compiles the methods of a call better in its own time; the least object has
        // 24 bytes, and a step that allocated one would show.
        Assert.InRange(Allocated(many) - Allocated(few), long.MinValue, (24 * more) - 1);

        long Allocated(NarModel model)
        {
            var request = new NarGenerationRequest { Classes = [1], Sampling = new NarSampling { GuidanceScale = 1.25f }, DecodeFrames = false };
            model.Generate(request, progress);
            model.Generate(request, progress);
            return Allocations.Least(() => model.Generate(request, progress));
        }
    }

    [SkippableFact]
    public void Replay_OfASmallGeneration_TakesFewSubmissions()
    {
        // Of a budget as for SwiftShader, which a driver of small texel buffers has as well, 34 steps are more than one.
        using var engine = Load(fixture.RequireContext().Vulkan.Profile.WorkBudget < 1e9 ? Video with { Grid = [3, 6, 6] } : Video);
        using var plan = Plan(engine);
        plan.SetInputs(new GenerationInputs { Conditions = [0, 2] }, 0, new SamplingParameters(1.25f, 1, 1, 0, greedy: false, seed: 3), [0, 1]);
        for (int run = 0; run < 2; run++)
        {
            ulong before = fixture.RequireContext().Vulkan.Queue.Submitted;
            plan.RunPrefill(default);
            plan.RunSteps(null, default);

            // Less work than one budget of any device: the prefill and the steps.
            Assert.Equal(2, plan.Submissions);
            Assert.InRange(fixture.RequireContext().Vulkan.Queue.Submitted - before, 2UL, 8UL);
        }
    }

    [SkippableFact]
    public void Memory_OfAGenerator_AddsUpToWhatIsInUse()
    {
        var vulkan = fixture.RequireContext().Vulkan;
        using var engine = Load();
        Assert.Equal(0UL, engine.Memory.Plans.Total);
        ulong loaded = vulkan.Allocator.UsedBytes;
        using var plan = Plan(engine);

        var memory = plan.Memory;

        Assert.Equal(vulkan.Allocator.UsedBytes - loaded, memory.Total);
        // Keys and values of all blocks; rows of the largest step, twice because of guidance.
        var shape = engine.Weights.Shape;
        ulong cache = 2UL * (ulong)shape.Blocks * 4 * (ulong)engine.Weights.Schedule.SlotCount * (ulong)shape.Width * sizeof(float);
        Assert.InRange(memory.Cache, cache, cache + cache / 10);
        ulong row = (ulong)(3 + engine.Weights.Heads.Count) * (ulong)shape.Width + (ulong)shape.FeedForward;
        ulong scratch = (4UL * (ulong)engine.Weights.Schedule.MostFed * row + 2UL * (ulong)(engine.Weights.Schedule.MostSampled * engine.Weights.Heads.Count * shape.Width)) * sizeof(float);
        Assert.InRange(memory.Scratch, scratch * 9 / 10, scratch + scratch / 10);
        Assert.True(memory.Logits > 0 && memory.Inputs > 0);
        Assert.Equal(vulkan.Allocator.UsedBytes, engine.Memory.InUse);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memory_OfAnAloneGenerator_IsAllThatTheDeviceHolds(bool staged)
    {
        fixture.RequireContext();
        using var context = NarContext.Create(NarVulkan.Tests.Vulkan.VulkanFixture.Options() with { ShaderDirectory = null, ForceStaging = staged });
        using var model = NarModel.CreateRandom(context, Video with { Grid = [2, 4, 4] });
        model.Generate(new NarGenerationRequest { Sampling = new NarSampling(), Classes = [0, 1], DecodeFrames = false, KeepLogits = true });
        model.Generate(new NarGenerationRequest { Sampling = new NarSampling(), Classes = [0], DecodeFrames = false });

        var memory = model.Generator!.Memory;

        // Two recordings are kept; nothing on the device has no purpose.
        Assert.Equal(model.Generator.Plans.Select(plan => plan.Memory).Aggregate((a, b) => a + b), memory.Plans);
        Assert.Equal(context.Vulkan.Allocator.UsedBytes, memory.Weights + memory.Plans.Total + memory.Staging);
        Assert.Equal(0UL, memory.Others);
        Assert.Equal(staged, memory.Staging > 0);
    }

    private TokenGenerator Load(NarRandomModel? model = null)
    {
        model ??= Video;
        var description = RandomModelLoading.Describe(model).Generator!;
        using var file = RandomModelLoading.Weights(model, description);
        return ModelLoading.LoadGenerator(fixture.RequireContext(), file, description, new NarLoadOptions()).Engine;
    }

    private GenerationPlan Plan(TokenGenerator engine) =>
        new(fixture.RequireContext().Kernels, engine.Weights, new PlanKey(2, GuidedSteps.All, KeepLogits: false));

    private sealed class CountingProgress : IProgress<NarProgress>
    {
        public int Reports { get; private set; }

        public void Report(NarProgress value) => Reports++;
    }
}
