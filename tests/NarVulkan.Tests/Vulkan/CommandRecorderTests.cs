using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

[Collection(VulkanCollection.Name)]
public sealed class CommandRecorderTests(VulkanFixture fixture)
{
    private const uint Count = 1000;

    [SkippableFact]
    public void Dispatch_AfterUpload_ReadsWhatWasUploaded()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", Count * 4, BufferUse.Storage);
        using var y = device.CreateBuffer("y", Count * 4, BufferUse.Storage);
        device.Uploads.Upload<float>(x, 0, Ramp());
        using var recorder = new CommandRecorder(device, "dispatch");
        FixtureShaders.RecordScaleAdd(device, recorder, x, y, 0, Count, 3);
        using var commands = recorder.Finish();
        commands.Run();

        var result = new float[Count];
        device.Readbacks.Read<float>(y, 0, result);

        Assert.Equal(Ramp().Select(v => 3 * v), result);
    }

    [SkippableFact]
    public void Dispatch_TexelBinding_ReadsWholeTexels()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("texels", Count * 16, BufferUse.Texel);
        using var y = device.CreateBuffer("sums", Count * 4, BufferUse.Storage);
        device.Uploads.Upload<float>(x, 0, [.. Enumerable.Range(0, (int)Count * 4).Select(i => (float)i)]);
        using var recorder = new CommandRecorder(device, "texels");
        FixtureShaders.RecordTexelSum(device, recorder, x, y, Count);
        using var commands = recorder.Finish();
        commands.Run();

        var result = new float[Count];
        device.Readbacks.Read<float>(y, 0, result);

        Assert.Equal(Enumerable.Range(0, (int)Count).Select(i => 16f * i + 6), result);
    }

    [SkippableFact]
    public void Dispatch_ChainOfDependentCommands_WaitsForEach()
    {
        var device = fixture.RequireDevice();
        using var chain = new CountUpChain(device, links: 64, workBudget: null);

        Assert.Equal(chain.Expected(runs: 1), chain.Run());
        // One at the start of the piece, one before each link after the first, one before the copy back, one for the host.
        Assert.Equal(1 + 63 + 1 + 1, chain.Commands.BarrierCount);
    }

    [SkippableFact]
    public void Rehearse_OfARecording_CompilesItsPipelinesAndRunsNothing()
    {
        using var device = fixture.Open(VulkanFixture.Options());
        using var x = device.CreateBuffer("x", Count * 4, BufferUse.Storage);
        using var y = device.CreateBuffer("y", Count * 4, BufferUse.Storage);
        device.Uploads.Upload<float>(x, 0, Ramp());

        CommandRecorder.Rehearse(device, Record);
        using var recorder = new CommandRecorder(device, "after a rehearsal");
        Record(recorder);
        using var commands = recorder.Finish();

        Assert.Equal(2, device.Pipelines.CompiledCount);
        Assert.Equal(1, commands.DispatchCount);
        var result = new float[Count];
        device.Readbacks.Read<float>(y, 0, result);
        Assert.All(result, value => Assert.Equal(0, value));
        commands.Run();
        device.Readbacks.Read<float>(y, 0, result);
        Assert.Equal(Ramp().Select(value => value * 2), result);

        void Record(CommandRecorder to)
        {
            to.BeginRegion("all");
            to.Fill(y, 0, 16, 0);
            to.Copy(y, 0, y, 64, 16);
            FixtureShaders.RecordScaleAdd(device, to, x, y, 0, Count, 2);
            device.Pipelines.Get(FixtureShaders.CountUp, []);
            to.EndRegion();
            to.MarkStep(0);
        }
    }

    [SkippableFact]
    public void Dispatch_IndependentCommands_NeedNoBarrier()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", 4096, BufferUse.Storage);
        using var y = device.CreateBuffer("y", 4096, BufferUse.Storage);
        using var z = device.CreateBuffer("z", 4096, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "independent");
        FixtureShaders.RecordScaleAdd(device, recorder, x, y, 0, 1024, 1);
        FixtureShaders.RecordScaleAdd(device, recorder, x, z, 0, 1024, 1);
        using var commands = recorder.Finish();

        Assert.Equal(2, commands.BarrierCount);
        Assert.Equal(2, commands.DispatchCount);
    }

    [SkippableFact]
    public void Dispatch_SameBindingsAgain_SharesTheDescriptorSet()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", 4096, BufferUse.Storage);
        using var y = device.CreateBuffer("y", 4096, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "sets");
        for (uint i = 0; i < 100; i++)
        {
            FixtureShaders.RecordScaleAdd(device, recorder, x, y, i, 1, 1);
        }

        FixtureShaders.RecordScaleAdd(device, recorder, y, x, 0, 1, 1);
        using var commands = recorder.Finish();

        Assert.Equal(2, commands.DescriptorSetCount);
        Assert.Equal(101, commands.DispatchCount);
    }

    [SkippableFact]
    public void Dispatch_MoreSetsThanAPoolHolds_TakesAnotherPool()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", 300 * 256, BufferUse.Storage);
        using var y = device.CreateBuffer("y", 300 * 256, BufferUse.Storage);
        device.Uploads.Upload<float>(x, 0, [.. Enumerable.Repeat(1f, 300 * 64)]);
        using var recorder = new CommandRecorder(device, "pools");
        for (uint i = 0; i < 300; i++)
        {
            recorder.Dispatch(
                device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]),
                [new(x, i * 256, 256), new(y, i * 256, 256)],
                new ScaleAddBlock(0, 64, i),
                1);
        }

        using var commands = recorder.Finish();
        commands.Run();
        var result = new float[300 * 64];
        device.Readbacks.Read<float>(y, 0, result);

        Assert.Equal(300, commands.DescriptorSetCount);
        Assert.Equal(Enumerable.Range(0, 300 * 64).Select(i => (float)(i / 64)), result);
    }

    [SkippableFact]
    public void CopyAndFill_InAChain_AreOrderedWithDispatches()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", Count * 4, BufferUse.Storage);
        using var y = device.CreateBuffer("y", Count * 4, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "copy");
        recorder.Fill(x, 0, Count * 4, BitConverter.SingleToUInt32Bits(2));
        recorder.Fill(y, 0, Count * 4, BitConverter.SingleToUInt32Bits(1));
        FixtureShaders.RecordScaleAdd(device, recorder, x, y, 0, Count, 10);
        recorder.Copy(y, 0, x, 4, (Count - 1) * 4);
        recorder.Fill(y, 0, 16, 0);
        using var commands = recorder.Finish();
        commands.Run();

        var result = new float[Count];
        device.Readbacks.Read<float>(x, 0, result);

        Assert.Equal(2, result[0]);
        Assert.All(result.Skip(1), v => Assert.Equal(21, v));
    }

    [SkippableFact]
    public void Dispatch_WrongBindingsOrParameters_IsRefusedByName()
    {
        var device = fixture.RequireDevice();
        using var x = device.CreateBuffer("x", 4096, BufferUse.Storage);
        using var recorder = new CommandRecorder(device, "wrong");
        var pipeline = device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);

        var bindings = Assert.Throws<InvalidOperationException>(() => recorder.Dispatch(pipeline, [new(x)], new ScaleAddBlock(0, 1, 1), 1));
        var size = Assert.Throws<InvalidOperationException>(() => recorder.Dispatch(pipeline, [new(x), new(x)], 1, 1));
        var groups = Assert.Throws<InvalidOperationException>(() => recorder.Dispatch(pipeline, [new(x), new(x)], new ScaleAddBlock(0, 1, 1), 0));

        Assert.Contains("fixture_scale_add declares 2 bindings, 1 were given", bindings.Message, StringComparison.Ordinal);
        Assert.Contains("12 bytes of push constants, 4 were given", size.Message, StringComparison.Ordinal);
        Assert.Contains("0 x 1 x 1 groups", groups.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Finish_OpenRegion_IsRefusedByName()
    {
        var device = fixture.RequireDevice();
        using var recorder = new CommandRecorder(device, "regions");
        recorder.BeginRegion("attention");

        var refused = Assert.Throws<InvalidOperationException>(recorder.Finish);

        Assert.Contains("'attention'", refused.Message, StringComparison.Ordinal);
        recorder.EndRegion();
        recorder.Finish().Dispose();
    }

    private static float[] Ramp() => [.. Enumerable.Range(0, (int)Count).Select(i => i - 0.5f * Count)];

    private readonly record struct ScaleAddBlock(uint First, uint Count, float Factor);
}
