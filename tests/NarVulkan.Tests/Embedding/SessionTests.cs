using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Tests.Cli;
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

    [SkippableTheory]
    [InlineData("nar-c2v")]
    [InlineData("nar-c2i")]
    [InlineData("par-c2i")]
    [InlineData("llamagen-c2i")]
    [InlineData("larp-c2v")]
    [InlineData("nar-t2i")]
    public async Task EveryWay_OfEveryGenerator_DrawsTheSameTokensAndLogits(string name)
    {
        fixture.SkipIfSlow(name is not ("nar-c2v" or "par-c2i"), "two generators stand for all");
        var model = fixture.Model($"golden/{name}");
        var request = new NarGenerationRequest
        {
            Classes = [1, 2],
            Text = name == "nar-t2i" ? Golden.Text(name) : null,
            Seed = 77,
            Streams = [4, 9],
            // Guidance that ends on the way, and every filter.
            Sampling = new NarSampling { GuidanceScale = 2, GuidanceInterval = 5, Temperature = 0.9f, TopK = 20, TopP = 0.95f },
            KeepLogits = true,
            DecodeFrames = false,
        };
        using var session = model.CreateSession();

        var expected = model.Generate(request);
        var blocking = session.Generate(request);
        await foreach (var _ in session.GenerateAsync(request))
        {
        }
        int[] looped = session.ReadTokens();
        session.Begin(request);
        NarRecording all = default;
        fixture.Host.Frame(commands => all = session.RecordStep(commands, NarBudget.Unlimited), () => all.Done);

        Assert.Equal(expected.Tokens, blocking.Tokens);
        Assert.Equal(expected.Logits, blocking.Logits);
        Assert.Equal(expected.Tokens, looped);
        Assert.Equal(expected.Tokens, session.ReadTokens());
        Assert.Equal((0, model.Info.Steps, true), (all.FirstStep, all.StepCount, all.IsComplete));
    }

    [SkippableFact]
    public void Generate_WithASeed_GivesTheTokensOfTheCommandLine()
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        string folder = TestPaths.Fixture("../../weights/demo-video");
        using var cli = new CliRunner(new VulkanEngine());
        var run = cli.Run(
            "--model", folder, "--class", "3", "--seed", "7", "--device", Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto", "--dump-tokens", "t.npy", "--out", "clip.png");
        Assert.True(run.Code == 0, run.Error);
        var model = fixture.Model("../../weights/demo-video", NarPrecision.Auto);
        using var session = model.CreateSession();

        var result = session.Generate(new NarGenerationRequest { Classes = [3], Seed = 7, Sampling = model.Info.Sampling });

        Assert.Equal(NpyFile.Read(cli.Folder["t.npy"]).ToInts(), result.Tokens);
        Assert.Equal(model.Info.Frames * model.Info.Height * model.Info.Width * 3, result.Frames!.Length);
    }

    [SkippableFact]
    public void Begin_WithKeptTokens_GoesOnFromThem()
    {
        var model = fixture.Model("golden/nar-c2v");
        using var session = model.CreateSession();
        int[] whole = model.Generate(Request).Tokens;
        var request = Request with { KeptTokens = whole, KeptSteps = 3 };

        session.Begin(request);
        NarRecording recording = default;
        fixture.Host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Steps(4)), () => recording.Done);
        int[] some = session.ReadTokens();
        fixture.Host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Unlimited), () => recording.Done);

        Assert.Equal(model.Generate(request).Tokens, session.ReadTokens());
        Assert.Equal(whole.Length / 3 - model.Info.TokensPerStep.Take(4).Sum(), some.Take(whole.Length / 3).Count(token => token < 0));
    }
}
