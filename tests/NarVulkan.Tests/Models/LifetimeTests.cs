using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Wrong order, wrong moment, too early an end: a typed exception, and a model that still works.</summary>
[Collection(ModelCollection.Name)]
public sealed class LifetimeTests(ModelFixture fixture)
{
    private static readonly NarGenerationRequest Request = new() { Classes = [0, 4, 10], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = false };

    [SkippableFact]
    public void AnyCall_AfterTheModelWasDisposed_Throws()
    {
        var model = NarModel.Load(fixture.RequireContext(), TestPaths.Fixture("golden/nar-c2v"));
        model.Generate(Request);
        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Generate(Request));
        Assert.Throws<ObjectDisposedException>(() => model.Decode(new int[32], 1));
        Assert.Throws<ObjectDisposedException>(() => model.Encode(new float[3 * 8 * 32 * 32], 1));
    }

    [SkippableFact]
    public void Dispose_OfTheContextFirst_EndsItsModels()
    {
        fixture.RequireContext();
        var context = NarContext.Create(NarVulkan.Tests.Vulkan.VulkanFixture.Options() with { ShaderDirectory = null });
        var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v"));
        context.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Generate(Request));
        Assert.Throws<ObjectDisposedException>(() => context.SelfTest());
        Assert.Throws<ObjectDisposedException>(() => NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v")));
    }

    [SkippableFact]
    public void Generate_FromItsOwnProgressCallback_ThrowsAndLeavesTheModelUsable()
    {
        var model = fixture.Model("golden/nar-c2v");

        Assert.Throws<InvalidOperationException>(() => model.Generate(Request, new Callback(_ => model.Generate(Request))));
        Assert.Throws<InvalidOperationException>(() => model.Generate(Request, new Callback(_ => model.Dispose())));

        Assert.Equal(Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy"), model.Generate(Request).Tokens);
    }

    [SkippableFact]
    public void Generate_CancelledAtAnyStep_ThrowsAndLeavesTheModelUsable()
    {
        var model = fixture.Model("golden/nar-c2v");
        foreach (int step in (int[])[1, 3, 8])
        {
            using var source = new CancellationTokenSource();
            // One sample at a time: a cancellation at the last step of the first still ends the request.
            Assert.ThrowsAny<OperationCanceledException>(() => model.Generate(
                Request with { MaxBatch = 1 },
                new Callback(progress =>
                {
                    if (progress.Step >= step)
                    {
                        source.Cancel();
                    }
                }),
                source.Token));
        }

        Assert.Equal(Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy"), model.Generate(Request).Tokens);
    }

    [SkippableFact]
    public void Generate_FromManyThreads_GivesEachItsTokens()
    {
        var model = fixture.Model("golden/nar-c2v");
        var expected = Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy");

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, model.Generate(Request).Tokens));
    }

    private sealed class Callback(Action<NarProgress> report) : IProgress<NarProgress>
    {
        public void Report(NarProgress value) => report(value);
    }
}
