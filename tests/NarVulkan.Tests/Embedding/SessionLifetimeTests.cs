using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>Sessions side by side, cancelled, and disposed at the wrong moment.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class SessionLifetimeTests(EmbeddingFixture fixture)
{
    private static readonly NarGenerationRequest Request = new() { Classes = [0, 4, 10], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = false };

    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    private static int[] Expected => Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy");

    [SkippableFact]
    public async Task GenerateAsync_CancelledAtEachStep_EndsWithinTheStepAndLeavesTheSessionUsable()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        for (int cancelled = 0; cancelled < session.Model.Info.Steps; cancelled++)
        {
            using var source = new CancellationTokenSource();
            int seen = -1;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var step in session.GenerateAsync(Request, source.Token))
                {
                    seen = step.Index;
                    if (step.Index == cancelled)
                    {
                        await source.CancelAsync();
                    }
                }
            });

            Assert.Equal(cancelled, seen);
            Assert.Equal(cancelled + 1, session.StepsDone);
        }

        Assert.Equal(Expected, session.Generate(Request).Tokens);
    }

    [SkippableFact]
    public void Generate_CancelledFromItsProgress_SubmitsOneMoreStepAtMost()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        for (int cancelled = 1; cancelled < session.Model.Info.Steps; cancelled++)
        {
            using var source = new CancellationTokenSource();
            int last = 0;
            Assert.ThrowsAny<OperationCanceledException>(() => session.Generate(
                Request,
                new Callback(progress =>
                {
                    last = progress.Step;
                    if (progress.Step == cancelled)
                    {
                        source.Cancel();
                    }
                }),
                source.Token));

            Assert.Equal(cancelled, last);
            Assert.InRange(session.StepsDone, cancelled, cancelled + 1);
        }
    }

    [SkippableFact]
    public async Task TwoSessions_DrivenInDifferentWaysAtOnce_GiveTheirTokens()
    {
        var model = fixture.Model("golden/nar-c2v");
        using NarSession looping = model.CreateSession(), blocking = model.CreateSession(), recording = model.CreateSession();

        var loop = Task.Run(async () =>
        {
            for (int time = 0; time < 3; time++)
            {
                await foreach (var _ in looping.GenerateAsync(Request))
                {
                }
                Assert.Equal(Expected, looping.ReadTokens());
            }
        });
        var block = Task.Run(() =>
        {
            for (int time = 0; time < 3; time++)
            {
                Assert.Equal(Expected, blocking.Generate(Request).Tokens);
            }
        });
        for (int time = 0; time < 3; time++)
        {
            recording.Begin(Request);
            while (!recording.IsComplete)
            {
                NarRecording recorded = default;
                fixture.Host.Frame(commands => recorded = recording.RecordStep(commands, NarBudget.Steps(2)), () => recorded.Done);
            }
            Assert.Equal(Expected, recording.ReadTokens());
        }
        await Task.WhenAll(loop, block);
    }

    [SkippableFact]
    public async Task Dispose_InTheMiddle_EndsTheLoop()
    {
        var model = NarModel.CreateRandom(fixture.Context, Tiny);
        var session = model.CreateSession();
        var other = model.CreateSession();
        other.Begin(Request with { Classes = [1] });

        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var step in session.GenerateAsync(Request with { Classes = [0] }))
            {
                if (step.Index == 2)
                {
                    // The model first: it ends its sessions.
                    model.Dispose();
                    session.Dispose();
                }
            }
        });

        Assert.Throws<ObjectDisposedException>(() => other.RecordStep(default, NarBudget.Unlimited));
        Assert.Throws<ObjectDisposedException>(() => other.Begin(Request with { Classes = [1] }));
        Assert.Throws<ObjectDisposedException>(model.CreateSession);
    }

    [SkippableFact]
    public async Task GenerateAsync_OverAnotherGeneration_EndsTheOlderLoop()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var step in session.GenerateAsync(Request))
            {
                session.Begin(Request);
            }
        });

        Assert.Contains("given up", thrown.Message, StringComparison.Ordinal);
        session.Cancel();
        Assert.True(session.IsComplete);
    }

    [SkippableFact]
    public void Discard_OfAFrameThatIsNotSubmitted_RecordsTheSameAgain()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        session.Begin(Request);
        for (int frame = 0; !session.IsComplete; frame++)
        {
            NarRecording recording = default;
            if (frame % 2 == 0)
            {
                fixture.Host.Drop(commands => recording = session.RecordStep(commands, NarBudget.Steps(2)));
                session.Discard(recording);
                Assert.Throws<InvalidOperationException>(() => session.Discard(recording));
                continue;
            }
            fixture.Host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Steps(2)), () => recording.Done);
        }

        Assert.Equal(Expected, session.ReadTokens());
        NarRecording nothing = default;
        fixture.Host.Frame(commands => nothing = session.RecordStep(commands, NarBudget.Unlimited));
        Assert.True(nothing.IsEmpty && nothing.IsComplete);
        session.Signal(nothing);
    }

    [SkippableFact]
    public void Discard_OfSeveralFrames_GoesBackFromTheLast()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        session.Begin(Request);
        NarRecording first = default, second = default, third = default;
        fixture.Host.Frame(commands => first = session.RecordStep(commands, NarBudget.Steps(1)));
        session.Signal(first);
        fixture.Host.Drop(commands => second = session.RecordStep(commands, NarBudget.Steps(2)));
        fixture.Host.Drop(commands => third = session.RecordStep(commands, NarBudget.Steps(1)));

        Assert.Throws<InvalidOperationException>(() => session.Discard(second));
        session.Discard(third);
        Assert.Throws<InvalidOperationException>(() => session.Signal(third));
        session.Discard(second);
        Assert.Equal(1, session.StepsDone);
        // It ran.
        fixture.Host.WaitIdle();
        Assert.Throws<InvalidOperationException>(() => session.Discard(first));
        Assert.Throws<InvalidOperationException>(() => session.Signal(first));

        fixture.Host.Drop(commands => second = session.RecordStep(commands, NarBudget.Unlimited));
        session.Cancel();
        session.Discard(second);
        Assert.Equal((1, true), (session.StepsDone, session.IsComplete));
        int[] tokens = session.ReadTokens();
        Assert.Equal(3 * session.Model.Info.TokensPerStep[0], tokens.Count(token => token >= 0));
    }

    [SkippableFact]
    public void Discard_OfWhatIsInFlight_IsWaitedForByWhateverWaitsOrFrees()
    {
        using var model = NarModel.CreateRandom(fixture.Context, Tiny);
        var request = Request with { Classes = [1] };
        int[] expected = model.Generate(request).Tokens;
        var session = model.CreateSession();
        session.Begin(request);

        var recording = InFlight();
        bool discarded = session.StepsDone == 0;
        Assert.All(session.ReadTokens(), token => Assert.Equal(discarded, token == -1));
        AssertHasRun(recording);
        recording = InFlight();
        // Of another shape, so that the recorded steps are freed.
        session.Begin(request with { Classes = [1, 2] });
        AssertHasRun(recording);
        session.Begin(request);
        InFlight();
        Assert.Equal(expected, session.Generate(request).Tokens);
        session.Begin(request);
        InFlight();
        session.Dispose();

        NarRecording InFlight()
        {
            NarRecording submitted = default;
            fixture.Host.Frame(commands => submitted = session.RecordStep(commands, NarBudget.Unlimited), () => submitted.Done);
            // Refused where it has run already.
            if (Record.Exception(() => session.Discard(submitted)) is { } tooLate)
            {
                Assert.IsType<InvalidOperationException>(tooLate);
            }
            return submitted;
        }

        void AssertHasRun(NarRecording recorded)
        {
            ulong value;
            unsafe
            {
                fixture.Host.Vk.GetSemaphoreCounterValue(fixture.Host.Handle, recorded.Done.Semaphore, &value);
            }
            Assert.True(value >= recorded.Done.Value);
        }
    }

    [SkippableFact]
    public void SignalOrDiscard_OfADiscardedRecording_IsRefusedAfterOthersToo()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        session.Begin(Request);
        NarRecording discarded = default, next = default;
        fixture.Host.Drop(commands => discarded = session.RecordStep(commands, NarBudget.Steps(1)));
        session.Discard(discarded);
        fixture.Host.Frame(commands => next = session.RecordStep(commands, NarBudget.Unlimited));

        Assert.Throws<InvalidOperationException>(() => session.Signal(discarded));
        Assert.Throws<InvalidOperationException>(() => session.Discard(discarded));
        session.Signal(next);

        Assert.Equal(Expected, session.ReadTokens());
        Assert.Throws<InvalidOperationException>(() => session.Signal(discarded));
        Assert.Throws<InvalidOperationException>(() => session.Discard(discarded));
    }

    [SkippableFact]
    public void Signal_OfAnotherSessionsRecording_IsRefused()
    {
        var model = fixture.Model("golden/nar-c2v");
        using NarSession session = model.CreateSession(), other = model.CreateSession();
        session.Begin(Request);
        NarRecording recording = default;
        fixture.Host.Frame(commands => recording = session.RecordStep(commands, NarBudget.Unlimited));

        Assert.Throws<InvalidOperationException>(() => other.Signal(recording));
        Assert.Throws<InvalidOperationException>(() => other.Discard(recording));
        session.Signal(recording);
        Assert.Throws<InvalidOperationException>(() => session.Signal(recording));
        Assert.Equal(Expected, session.ReadTokens());
    }

    [SkippableFact]
    public void Begin_OfMoreSamplesThanFit_SaysHowMany()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();

        var refused = Assert.Throws<InvalidRequestException>(() => session.Begin(Request with { MaxBatch = 2 }));

        Assert.StartsWith("3 samples do not run side by side, 2 do", refused.Message, StringComparison.Ordinal);
        // Told by the call, not by the loop.
        Assert.Throws<InvalidRequestException>(() => session.GenerateAsync(Request with { Classes = [99] }));
    }

    private sealed class Callback(Action<NarProgress> report) : IProgress<NarProgress>
    {
        public void Report(NarProgress value) => report(value);
    }
}
