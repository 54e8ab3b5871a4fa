using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>A seed fixes every token: alone, in a batch, twice in a row, in one submission or in many.</summary>
[Collection(ModelCollection.Name)]
public sealed class SeedTests(ModelFixture fixture)
{
    private static readonly int[] Classes = [3, 0, 7, 9, 9, 6, 1];

    [SkippableTheory]
    [InlineData(0, 1f), InlineData(20, 0.9f)]
    public void Generate_AnyBatchSize_GivesTheSameTokens(int topK, float topP)
    {
        var together = Generate(Classes, maxBatch: 0, topK, topP);

        Assert.Equal(together, Generate(Classes, maxBatch: 1, topK, topP));
        Assert.Equal(together, Generate(Classes, maxBatch: 3, topK, topP));
        Assert.Equal(together, Generate(Classes, maxBatch: 0, topK, topP));
    }

    [SkippableTheory]
    [InlineData("par-c2i"), InlineData("nar-t2i-short")]
    public void Generate_AnyBatchSize_GivesTheSameImageTokens(string name)
    {
        var model = fixture.Model($"golden/{name}");
        int count = model.Info.TokenCount, rows = model.Info.ConditionTokens, width = model.Info.TextFeatureWidth;
        const int samples = 5;
        var random = new Random(2);
        float[] features = [.. Enumerable.Range(0, samples * rows * width).Select(_ => 2 * random.NextSingle() - 1)];
        // Sample i has i + 1 tokens of text.
        int[] mask = [.. Enumerable.Range(0, samples * rows).Select(row => row % rows <= row / rows ? 1 : 0)];
        NarGenerationRequest Request(int first, int number) => new()
        {
            Classes = width > 0 ? [.. Enumerable.Repeat(-1, number)] : Classes[first..(first + number)],
            Text = width > 0 ? new NarTextCondition { Features = features[(first * rows * width)..((first + number) * rows * width)], Mask = mask[(first * rows)..((first + number) * rows)] } : null,
            Streams = [.. Enumerable.Range(first, number).Select(sample => (uint)sample)],
            Seed = 7,
            Sampling = new NarSampling { GuidanceScale = 2f, GuidanceInterval = 4, TopK = 50, TopP = 0.95f },
            DecodeFrames = false,
        };

        var together = model.Generate(Request(0, samples)).Tokens;

        Assert.Equal(together, model.Generate(Request(0, samples) with { MaxBatch = 1 }).Tokens);
        Assert.Equal(together, model.Generate(Request(0, samples) with { MaxBatch = 2 }).Tokens);
        // Where the request does not say they are those of the command line.
        Assert.Equal(
            model.Generate(Request(0, samples) with { Streams = null }).Tokens,
            model.Generate(Request(0, samples) with { Streams = [.. Enumerable.Range(0, samples).Select(sample => SampleStreams.StreamOf(width > 0 ? sample : Classes[sample], width > 0 ? 0 : (uint)Classes.Take(sample).Count(label => label == Classes[sample])))] }).Tokens);
        Assert.Equal(together.AsSpan(3 * count, count).ToArray(), model.Generate(Request(3, 1)).Tokens);
        Assert.NotEqual(together, model.Generate(Request(0, samples) with { Seed = 8 }).Tokens);
    }

    [SkippableFact]
    public void Generate_OneSampleOfARequest_GivesItsTokensAlone()
    {
        var together = Generate(Classes, 0, 0, 1f);
        int count = fixture.Model("golden/nar-c2v").Info.TokenCount;

        // Alone as among others; the fifth is the second of its class.
        foreach (int sample in (int[])[0, 3, 4, 6])
        {
            Assert.Equal(together.AsSpan(sample * count, count).ToArray(), Generate([Classes[sample]], 0, 0, 1f, stream: sample == 4 ? SampleStreams.StreamOf(9, place: 1) : null));
        }
    }

    [SkippableFact]
    public void Generate_EqualClassesInARequest_GetStreamsOfTheirOwn()
    {
        int count = fixture.Model("golden/nar-c2v").Info.TokenCount;

        var tokens = Generate([9, 9], 0, 0, 1f);

        Assert.NotEqual(tokens.AsSpan(0, count).ToArray(), tokens.AsSpan(count, count).ToArray());
    }

    [SkippableFact]
    public void Generate_AnotherSeed_GivesOtherTokens() =>
        Assert.NotEqual(Generate([3], 0, 0, 1f), Generate([3], 0, 0, 1f, seed: 8));

    [SkippableFact]
    public void Generate_OneSubmissionOrMany_GivesTheSameTokens()
    {
        var context = fixture.RequireContext();
        var description = ModelFolder.Open(TestPaths.Fixture("golden/nar-c2v")).Generator!;
        var request = new NarGenerationRequest { Classes = [3, 7], Sampling = new NarSampling { GuidanceScale = 2.5f, Temperature = 0.9f }, Seed = 11 };

        var (many, manySubmissions) = Run(workBudget: 1e4);
        var (one, oneSubmission) = Run(workBudget: double.MaxValue);

        Assert.Equal(one, many);
        Assert.Equal(2, oneSubmission);
        Assert.True(manySubmissions > 100, $"{manySubmissions} submissions");

        (int[] Tokens, int Submissions) Run(double workBudget)
        {
            var loaded = ModelLoading.LoadGenerator(context, description, new NarLoadOptions());
            using var engine = loaded.Engine;
            using var plan = new GenerationPlan(context.Kernels, engine.Weights, new PlanKey(2, GuidedSteps.All, KeepLogits: false), workBudget);
            plan.SetInputs(
                new GenerationInputs { Conditions = [3, 7] },
                first: 0,
                new SamplingParameters(2.5f, 0.9f, 1f, 0, greedy: false, request.Seed),
                [0, 1]);
            plan.RunPrefill(default);
            plan.RunSteps(null, default);
            var tokens = new int[2 * engine.Weights.Schedule.Grid.Count];
            plan.ReadTokens(tokens);
            return (tokens, plan.Submissions);
        }
    }

    private int[] Generate(int[] classes, int maxBatch, int topK, float topP, uint? stream = null, ulong seed = 7) =>
        fixture.Model("golden/nar-c2v").Generate(new NarGenerationRequest
        {
            Classes = classes,
            Seed = seed,
            Streams = stream is { } one ? [one] : null,
            Sampling = new NarSampling { GuidanceScale = 2.5f, Temperature = 0.9f, TopK = topK, TopP = topP },
            DecodeFrames = false,
            MaxBatch = maxBatch,
        }).Tokens;
}
