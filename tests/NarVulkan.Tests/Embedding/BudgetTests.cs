using NarVulkan.Generation;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>A budget of milliseconds: what is recorded in a frame, and the smallest part that there is.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class BudgetTests(EmbeddingFixture fixture)
{
    [SkippableTheory]
    [InlineData("../../weights/demo-video")]
    [InlineData("../../weights/demo-image")]
    public void Recordings_OfAnyBudget_AreOfOnePartAtLeastAndGiveTheSameTokens(string folder)
    {
        fixture.SkipIfSlow(!folder.EndsWith("image", StringComparison.Ordinal), "one model shows it");
        var model = fixture.Model(folder);
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        var request = new NarGenerationRequest { Classes = [3], Sampling = new NarSampling { GuidanceScale = 1.25f }, Seed = 5 };
        int[] expected = model.Generate(request with { DecodeFrames = false }).Tokens;

        // Less than anything takes, before and after it is known what parts take.
        Run(NarBudget.Milliseconds(1e-6), out int parts);
        Assert.Equal(expected, session.ReadTokens());
        Assert.True(parts > model.Info.Steps + 1, $"{parts} parts are no parts of {model.Info.Steps} steps and of the decoding");
        var known = Run(NarBudget.Milliseconds(1e-6), out int again);
        Assert.Equal(parts, again);
        Assert.All(known, time => Assert.True(time >= 0));
        // More than everything takes: the steps, and the decoding.
        var whole = Run(NarBudget.Milliseconds(1e9), out int two);
        Assert.Equal(2, two);
        Assert.All(whole, time => Assert.InRange(time, double.Epsilon, 1e9));
        // As much as half of the parts took: several go together.
        double budget = known.Sum() / 2;
        Run(NarBudget.Milliseconds(budget), out int few);
        Assert.InRange(few, 2, parts - 1);
        Assert.Equal(expected, session.ReadTokens());

        List<double> Run(NarBudget budget, out int count)
        {
            session.Begin(request);
            List<double> times = [];
            for (bool decoded = false; !decoded;)
            {
                bool decoding = session.IsComplete;
                NarRecording recording = default;
                fixture.Host.Frame(commands => recording = decoding ? session.RecordDecode(commands, texture, budget) : session.RecordStep(commands, budget), () => recording.Done);
                times.Add(recording.ExpectedMilliseconds);
                decoded = decoding && recording.IsComplete;
            }
            count = times.Count;
            return times;
        }
    }

    /// <summary>What a session submits itself is timed, too: by that its next submissions are cut.</summary>
    [SkippableFact]
    public void WorkClock_OfASubmission_LearnsWhenItHasRunAndNotWhenItWasDropped()
    {
        var vulkan = fixture.Context.Vulkan;
        Skip.If(vulkan.Profile.TimestampPeriodNanoseconds <= 0, "this queue has no timestamps");
        using var clock = new WorkClock(vulkan);
        using var primaries = new PrimaryRing(vulkan, "timed");
        using var buffer = vulkan.CreateBuffer("data", 16 << 20, BufferUse.Storage);
        RecordedPiece[] pieces = [new RecordedPiece(default) { Work = 1e6 }, new RecordedPiece(default) { Work = 3e6 }];
        Assert.False(clock.IsMeasured);
        Submit();
        clock.Drop(WorkClock.NotSubmitted);
        vulkan.Queue.Wait(primaries.LastSubmitted);
        clock.Collect(vulkan.Queue.Completed);
        Assert.False(clock.IsMeasured);

        clock.Submitted(Submit());
        vulkan.Queue.Wait(primaries.LastSubmitted);
        clock.Collect(vulkan.Queue.Completed);

        Assert.True(clock.IsMeasured);
        Assert.True(clock.SecondsPerWork > 0);
        // In proportion to their work.
        Assert.Equal(3 * pieces[0].Seconds, pieces[1].Seconds, 1e-9);

        ulong Submit() => primaries.Submit(commands =>
        {
            int? measurement = clock.Begin(commands);
            vulkan.Api.CmdFillBuffer(commands, buffer.Handle, 0, buffer.Size, 1);
            clock.End(commands, measurement, WorkClock.NotSubmitted, pieces);
        });
    }

    [SkippableFact]
    public void WorkClock_OfMeasurementsOfNoTime_LearnsNothing()
    {
        using var clock = new WorkClock(fixture.Context.Vulkan);
        RecordedPiece[] pieces = [new(default) { Work = 3e6 }, new(default) { Work = 1e6 }, new(default)];
        double guess = clock.SecondsPerWork;

        clock.Learn(0, pieces);
        clock.Learn(-1, pieces);
        clock.Learn(double.NaN, pieces);
        clock.Learn(1, [new RecordedPiece(default)]);
        clock.Learn(1, []);
        Assert.Equal(guess, clock.SecondsPerWork);

        clock.Learn(0.004, pieces);
        clock.Learn(0, pieces);
        Assert.Equal(1e-9, clock.SecondsPerWork, 1e-15);
        Assert.Equal([0.003, 0.001, 0], pieces.Select(clock.Expect), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [SkippableTheory]
    [InlineData("../../weights/demo-video")]
    [InlineData("../../weights/demo-image")]
    public void Pieces_OfStepsAndOfDecoding_AreSmallOrASingleDispatch(string folder)
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        var model = fixture.Model(folder);
        using var steps = new SteppedGeneration(fixture.Context.Kernels, model.Generator!.Weights, new PlanKey(1, NarVulkan.Decoding.GuidedSteps.All, KeepLogits: false));
        using var pictures = new PictureChain(fixture.Context.Kernels, model.Tokenizer!, model.Generator!.Weights, steps, isSigned: false);
        double most = SteppedGeneration.PieceBudget(fixture.Context.Vulkan);

        Assert.All(steps.Pieces, piece => Assert.True(piece.Work <= most || piece.Dispatches == 1, $"{piece.Dispatches} dispatches of {piece.Work} multiply-adds"));
        // Laying tokens out and packing pixels are by sample.
        Assert.All(pictures.Pieces.Skip(1).SkipLast(1), piece => Assert.True(piece.Work <= most || piece.Dispatches == 1, $"{piece.Dispatches} dispatches of {piece.Work} multiply-adds"));
    }
}
