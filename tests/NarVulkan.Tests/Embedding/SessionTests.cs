using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>Sessions on a device that the host made: every way of driving gives the golden tokens.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class SessionTests(EmbeddingFixture fixture)
{
    private static readonly NarGenerationRequest Request = new() { Classes = [0, 4, 10], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = false };

    private static int[] Expected => Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy");

    [SkippableFact]
    public void Generate_Blocking_GivesTheGoldenTokens()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();

        Assert.Equal(Expected, session.Generate(Request).Tokens);
        Assert.Equal(Expected, session.Generate(Request with { MaxBatch = 2 }).Tokens);
    }

    [SkippableFact]
    public async Task GenerateAsync_ToItsEnd_GivesTheGoldenTokens()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        var steps = new List<NarStep>();

        await foreach (var step in session.GenerateAsync(Request))
        {
            steps.Add(step);
        }

        Assert.Equal(Expected, session.ReadTokens());
        Assert.Equal(session.Model.Info.TokensPerStep, steps.Select(step => step.Fresh.Count));
        Assert.Equal(Enumerable.Range(0, session.Model.Info.TokenCount), steps.SelectMany(step => step.Fresh).Order());
    }

    [SkippableFact]
    public void RecordStep_IntoTheHostsCommandBuffers_GivesTheGoldenTokens()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        session.Begin(Request);

        while (!session.IsComplete)
        {
            NarRecording recording = default;
            fixture.Host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Steps(1)), () => recording.Done);
        }

        Assert.Equal(Expected, session.ReadTokens());
    }
}
