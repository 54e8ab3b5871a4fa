using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>A device that is lost, or has no memory, while sessions use it: typed, told, and nothing left behind on the host's device.</summary>
[Collection(VulkanCollection.Name)]
public sealed class EmbeddedFailureTests(VulkanFixture fixture)
{
    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    private static readonly NarGenerationRequest Request = new() { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false };

    private static DeviceOptions Options => VulkanFixture.Options() with { ShaderDirectory = null };

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Generate_TheDeviceIsLost_IsTypedAndToldOnceAndEverythingCanBeDisposed(int submissions)
    {
        using var host = fixture.Open(Options);
        var vulkan = new FaultyVulkan(host);
        var context = vulkan.CreateContext(Options);
        var told = new List<NarDeviceFailure>();
        context.Failed += (_, failure) => told.Add(failure);
        var model = NarModel.CreateRandom(context, Tiny);
        var session = model.CreateSession();
        var other = model.CreateSession();
        other.Begin(Request);
        int[] before = session.Generate(Request).Tokens;

        FaultyVulkan.SubmissionsBeforeLoss = submissions;
        await Assert.ThrowsAsync<DeviceLostException>(async () =>
        {
            await foreach (var _ in session.GenerateAsync(Request))
            {
            }
        });
        Assert.Throws<DeviceLostException>(() => model.Generate(Request));
        Assert.Throws<DeviceLostException>(() => other.Generate(Request));

        Assert.True(Assert.Single(told).IsLost && context.IsLost);
        other.Dispose();
        context.Dispose();
        session.Dispose();

        // As a host would: once more, on a device that works.
        using var again = new FaultyVulkan(host).CreateContext(Options);
        using var loaded = NarModel.CreateRandom(again, Tiny);
        using var fresh = loaded.CreateSession();
        Assert.Equal(before, fresh.Generate(Request).Tokens);
        Assert.False(again.IsLost);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void SubmitStep_NoMemory_ClaimsNothingAndGoesOn(int before)
    {
        using var host = fixture.Open(Options);
        using var context = new FaultyVulkan(host).CreateContext(Options);
        using var model = NarModel.CreateRandom(context, Tiny);
        using var session = model.CreateSession();
        int[] expected = session.Generate(Request).Tokens;
        var driver = session.Driver;
        var prepared = driver.Prepare(Request, CancellationToken.None);
        long number = driver.Begin(prepared, 0, 1, decode: false);
        for (int step = 0; step < before; step++)
        {
            driver.SubmitStep(number);
        }

        FaultyVulkan.SubmissionsBeforeFailure = 0;
        Assert.Throws<DeviceMemoryException>(() => driver.SubmitStep(number));

        Assert.Equal((before, false), (session.StepsDone, session.IsComplete));
        Assert.Equal(model.Info.TokensPerStep.Take(before).Sum(), session.ReadTokens().Count(token => token >= 0));
        while (driver.SubmitStep(number) is { } submitted)
        {
            Assert.Equal(before++, submitted.Step);
        }
        Assert.Equal((model.Info.Steps, true), (session.StepsDone, session.IsComplete));
        Assert.Equal(expected, session.ReadTokens());
    }

    [SkippableFact]
    public async Task GenerateAsync_NoMemoryForAStep_LeavesWhatRan()
    {
        using var host = fixture.Open(Options);
        using var context = new FaultyVulkan(host).CreateContext(Options);
        using var model = NarModel.CreateRandom(context, Tiny);
        using var session = model.CreateSession();
        int[] expected = session.Generate(Request).Tokens;

        await Assert.ThrowsAsync<DeviceMemoryException>(async () =>
        {
            await foreach (var step in session.GenerateAsync(Request))
            {
                FaultyVulkan.SubmissionsBeforeFailure = step.Index == 1 ? 0 : int.MaxValue;
            }
        });

        Assert.Equal((2, true), (session.StepsDone, session.IsComplete));
        int[] tokens = session.ReadTokens();
        Assert.Equal(model.Info.TokensPerStep.Take(2).Sum(), tokens.Count(token => token >= 0));
        Assert.All(tokens.Zip(expected), pair => Assert.True(pair.First == -1 || pair.First == pair.Second));
        Assert.Equal(expected, session.Generate(Request).Tokens);
    }

    [SkippableFact]
    public void Begin_NoMemory_IsTypedAndToldAndWorksTheNextTime()
    {
        using var host = fixture.Open(Options);
        using var context = new FaultyVulkan(host).CreateContext(Options);
        var told = new List<NarDeviceFailure>();
        context.Failed += (_, failure) => told.Add(failure);
        using var model = NarModel.CreateRandom(context, Tiny);
        using var session = model.CreateSession();
        ulong used = context.Vulkan.Allocator.UsedBytes;

        FaultyVulkan.FailCommandPools = true;
        Assert.Throws<DeviceMemoryException>(() => session.Begin(Request));
        Assert.Throws<DeviceMemoryException>(model.CreateSession);
        Assert.Equal(used, context.Vulkan.Allocator.UsedBytes);
        FaultyVulkan.FailCommandPools = false;

        Assert.Equal(model.Generate(Request).Tokens, session.Generate(Request).Tokens);
        Assert.Equal(2, told.Count);
        Assert.False(told[0].IsLost || context.IsLost);
    }

    [SkippableFact]
    public void WhatWaits_ForARecordingThatIsNotSubmitted_SaysSoAtOnceAndDisposeDoesNotStall()
    {
        using var host = fixture.Open(Options);
        using var pool = new CommandBufferPool(host, "host");
        var commands = pool.Take("never submitted");
        using (var context = new FaultyVulkan(host).CreateContext(Options))
        {
            using var model = NarModel.CreateRandom(context, Tiny);
            var session = model.CreateSession();
            int[] expected = session.Generate(Request).Tokens;
            session.Begin(Request);
            pool.Begin(commands, once: true);
            var recording = session.RecordStep(commands, NarBudget.Steps(3));

            Action[] waiting = [() => session.ReadTokens(), () => session.Begin(Request), () => session.Generate(Request)];
            Assert.All(waiting, wait => Assert.Contains("was not signalled", Assert.Throws<InvalidOperationException>(wait).Message, StringComparison.Ordinal));
            // The generation goes on where it was.
            Assert.Equal((3, false), (session.StepsDone, session.IsComplete));
            session.Discard(recording);
            Assert.All(session.ReadTokens(), token => Assert.Equal(-1, token));
            Assert.Equal(expected, session.Generate(Request).Tokens);

            session.Begin(Request);
            session.RecordStep(commands, NarBudget.Unlimited);
            session.Dispose();
            Assert.Throws<ObjectDisposedException>(() => session.RecordStep(commands, NarBudget.Unlimited));
            Assert.Throws<ObjectDisposedException>(() => session.Signal(recording));
        }

        Assert.Equal(0, FaultyVulkan.TimedOutWaits);
        Assert.Equal(0, FaultyVulkan.DeviceWaits);
    }

    [SkippableFact]
    public void CreateTexture_NoMemory_LeavesNothingAndWorksTheNextTime()
    {
        using var host = fixture.Open(Options);
        using (var context = new FaultyVulkan(host).CreateContext(Options))
        {
            var shape = new NarVulkan.Models.PixelShape(3, 2, 16, 16);

            FaultyVulkan.FailAllocations = true;
            Assert.Throws<DeviceMemoryException>(() => context.CreateTexture(shape, new NarTextureOptions()));
            Assert.Empty(context.Vulkan.Allocator.LiveRoles);
            FaultyVulkan.FailAllocations = false;

            using var texture = context.CreateTexture(shape, new NarTextureOptions { Samples = 3 });
            Assert.Equal((6, 16, 16, 2), (texture.Layers, texture.Height, texture.Width, texture.Frames));
            Assert.Equal(default, texture.Ready);
            // This one the context ends.
            context.CreateTexture(shape, new NarTextureOptions { SharedWith = [context.QueueFamily] });
        }

        Assert.Equal(0, FaultyVulkan.DeviceWaits);
    }
}
