using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>What a host may call while it holds its own queue lock, with another thread within the session; what it may not is refused instead of waiting for ever.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class SessionLockTests(EmbeddingFixture fixture)
{
    // A thread that has not come back by then never does; a machine may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly NarGenerationRequest Request = new() { Classes = [0, 4, 10], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f }, DecodeFrames = false };

    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2i", Width = 32, Blocks = 1, Heads = 2, Grid = [3, 5], Vocabulary = 64, Classes = 3 };

    [SkippableFact]
    public void WhatAFrameNeeds_UnderTheQueueLockWhileAnotherThreadSubmits_Returns()
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        var host = fixture.Host;
        var model = fixture.Model("../../weights/demo-image");
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        var request = new NarGenerationRequest { Classes = [3], Sampling = new NarSampling(), Seed = 5 };
        int[] expected = model.Generate(request with { DecodeFrames = false }).Tokens;
        session.Begin(request);
        NarRecording first = default, second = default;
        host.Frame(commands => first = session.RecordStep(commands, NarBudget.Steps(2)));
        var commands = host.BeginFrame();
        Task? other = null;

        Finish(() =>
        {
            lock (host.QueueLock)
            {
                // Wants the queue lock from within the session. Whether it is that far does not matter to what follows, but it most likely is.
                other = Task.Run(() => session.Decode(texture));
                Thread.Sleep(100);
                Assert.Equal((2, false), (session.StepsDone, session.IsComplete));
                Assert.Equal(default, texture.Ready);
                second = session.RecordStep(commands, NarBudget.Steps(1));
                session.Discard(second);
                second = session.RecordStep(commands, NarBudget.Unlimited);
                session.Signal(first);
                Assert.True(session.IsComplete);
            }
            host.Submit(commands);
            lock (host.QueueLock)
            {
                session.Signal(second);
            }
        });
        Finish(() => other!.GetAwaiter().GetResult());

        Assert.NotEqual(default, texture.Ready);
        Assert.Equal(expected, session.ReadTokens());
    }

    [SkippableFact]
    public void WhatAFrameNeeds_UnderTheQueueLockWhileAnotherThreadPrepares_Returns()
    {
        var host = fixture.Host;
        // Uploads then take submissions, as on a discrete GPU, so that preparing cannot end while the lock is held.
        using var context = NarContext.Borrow(
            host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, host.QueueLock, new DeviceOptions { Validation = false, ForceStaging = true, PipelineCacheDirectory = "", TuningBudget = TimeSpan.Zero });
        using var model = NarModel.CreateRandom(context, Tiny);
        using var session = model.CreateSession();
        var request = new NarGenerationRequest { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false };
        var expected = model.Generate(request).Tokens;
        var commands = host.BeginFrame();
        Task? begin = null;

        Finish(() =>
        {
            lock (host.QueueLock)
            {
                begin = Task.Run(() => session.Begin(request));
                Assert.True(SpinWait.SpinUntil(() => !session.IsComplete, Patience));
                Assert.Equal(0, session.StepsDone);
                var nothing = session.RecordStep(commands, NarBudget.Unlimited);
                Assert.True(nothing is { IsEmpty: true, IsComplete: false });
                Assert.False(begin.IsCompleted);
            }
        });
        Finish(() => begin!.GetAwaiter().GetResult());

        var all = session.RecordStep(commands, NarBudget.Unlimited);
        host.Submit(commands);
        session.Signal(all);
        Assert.Equal(expected, session.ReadTokens());
    }

    [SkippableFact]
    public void Cancel_WhileAnotherThreadPrepares_LeavesNothingToDo()
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        var host = fixture.Host;
        using var context = NarContext.Borrow(
            host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, host.QueueLock, new DeviceOptions { Validation = false, ForceStaging = true, PipelineCacheDirectory = "", TuningBudget = TimeSpan.Zero });
        using var model = NarModel.CreateRandom(context, Tiny);
        using var session = model.CreateSession();
        Task? begin = null;

        Finish(() =>
        {
            lock (host.QueueLock)
            {
                begin = Task.Run(() => session.Begin(new NarGenerationRequest { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false }));
                Assert.True(SpinWait.SpinUntil(() => !session.IsComplete, Patience));
                session.Cancel();
                Assert.True(session.IsComplete);
            }
        });
        Finish(() => begin!.GetAwaiter().GetResult());

        Assert.True(session.IsComplete);
        Assert.All(session.ReadTokens(), token => Assert.Equal(-1, token));
    }

    [SkippableFact]
    public void WhatWaits_UnderTheQueueLock_IsRefusedAtOnce()
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        var host = fixture.Host;
        var model = fixture.Model("../../weights/demo-image");
        var request = Request with { Classes = [3], Sampling = new NarSampling() };
        using var session = model.CreateSession();
        using var texture = session.CreateTexture();
        session.Begin(request);
        var rgba = new byte[texture.Layers * texture.Height * texture.Width * 4];
        Action[] waiting =
        [
            () => session.Generate(request), () => session.Begin(request), () => session.GenerateAsync(request), () => session.ReadTokens(), () => session.Decode(texture), () => session.CreateTexture(), session.Dispose,
            // Decoding was not prepared with the generation.
            () => session.RecordDecode(new CommandBuffer(1), texture, NarBudget.Unlimited),
            () => texture.CopyTo(rgba), texture.Dispose, () => model.Generate(request), () => model.CreateSession(), () => model.Decode(new int[model.Info.TokenCount], 1), model.Dispose,
            () => fixture.Context.SelfTest(), () => NarModel.CreateRandom(fixture.Context, Tiny), fixture.Context.Dispose,
        ];

        Finish(() =>
        {
            lock (host.QueueLock)
            {
                Assert.All(waiting, call => Assert.Contains("while holding the queue lock", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal));
            }
        });

        // Nothing was begun or freed.
        Assert.Equal((0, false, default(NarTimelinePoint)), (session.StepsDone, session.IsComplete, texture.Ready));
        Assert.Equal(model.Generate(request).Tokens, session.Generate(request).Tokens);
    }

    [SkippableFact]
    public void GenerateAsync_StepAskedForUnderTheQueueLock_IsRefusedAtOnce()
    {
        fixture.SkipIfSlow(true, "the driver changes nothing about it");
        var host = fixture.Host;
        using var session = fixture.Model("golden/nar-c2v").CreateSession();

        Finish(() =>
        {
            var steps = session.GenerateAsync(Request).GetAsyncEnumerator();
            AssertRefused(steps);
            steps = session.GenerateAsync(Request).GetAsyncEnumerator();
            Assert.True(steps.MoveNextAsync().AsTask().GetAwaiter().GetResult());
            AssertRefused(steps);
        });

        Assert.Equal((1, true), (session.StepsDone, session.IsComplete));

        void AssertRefused(IAsyncEnumerator<NarStep> steps)
        {
            lock (host.QueueLock)
            {
                var next = steps.MoveNextAsync();
                Assert.True(next.IsFaulted);
                Assert.IsType<InvalidOperationException>(next.AsTask().Exception!.InnerException);
            }
        }
    }

    [SkippableFact]
    public async Task GenerateAsync_WhileAnotherThreadHasTheContext_DoesNotBlockItsCaller()
    {
        var model = fixture.Model("golden/nar-c2v");
        using var session = model.CreateSession();
        using ManualResetEventSlim begun = new(), goOn = new();
        var other = Task.Run(() => model.Generate(Request, new Callback(() =>
        {
            begun.Set();
            goOn.Wait();
        })));
        begun.Wait();
        IAsyncEnumerator<NarStep>? steps = null;
        ValueTask<bool> next = default;

        Finish(() =>
        {
            steps = session.GenerateAsync(Request).GetAsyncEnumerator();
            next = steps.MoveNextAsync();
            Assert.False(next.IsCompleted);
            Assert.Equal(0, session.StepsDone);
        });
        goOn.Set();

        Assert.True(await next);
        await steps!.DisposeAsync();
        await other;
    }

    private static void Finish(Action action)
    {
        var task = Task.Run(action);
        Assert.True(Task.WaitAny([task], Patience) == 0, "two threads wait for each other");
        task.GetAwaiter().GetResult();
    }

    private sealed class Callback(Action report) : IProgress<NarProgress>
    {
        public void Report(NarProgress value) => report();
    }
}
