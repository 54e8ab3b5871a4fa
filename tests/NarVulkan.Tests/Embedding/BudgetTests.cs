using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>A budget of milliseconds: what is recorded in a frame, and the smallest part that there is.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class BudgetTests(EmbeddingFixture fixture)
{
    [SkippableTheory]
    [InlineData("../../weights/demo-video")]
    [InlineData("../../weights/demo-image")]
    public void Recordings_OnceTheDeviceIsKnown_KeepToTheBudgetOrAreThatOfTheSmallestPart(string folder)
    {
        fixture.SkipIfSlow(!folder.EndsWith("image", StringComparison.Ordinal), "one model shows it");
        var model = fixture.Model(folder);
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        var request = new NarGenerationRequest { Classes = [3], Sampling = new NarSampling { GuidanceScale = 1.25f }, Seed = 5 };
        var expected = model.Generate(request with { DecodeFrames = false }).Tokens;
        // What its parts take is learned by running them.
        Run(NarBudget.Milliseconds(0.01), out int parts);

        // Twice what a part takes on the average.
        double all = Run(NarBudget.Unlimited, out int whole).Sum(), budget = 2 * all / parts;
        var recordings = Run(NarBudget.Milliseconds(budget), out int some);

        Assert.Equal(expected, session.ReadTokens());
        Assert.Equal(2, whole);
        Assert.InRange(some, 3, parts - 1);
        var pieces = model.Generator!.Weights.Schedule.Steps.Count;
        Assert.True(parts > pieces, $"{parts} parts are no more than the {pieces} steps");
        // Expectations move a little with every frame: a recording of several parts is within what was expected then.
        Assert.True(recordings.Count(time => time <= budget) >= some / 2, $"{recordings.Count(time => time > budget)} of {some} recordings exceed {budget} ms");

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
        // A row of pixels of a convolution at least, whose work is what its weights are.
        Assert.All(pictures.Pieces, piece => Assert.InRange(piece.Work, 0, Math.Max(most, 2.5e8)));
    }
}
