using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Vulkan;

/// <summary>
/// A recorded chain in which every dispatch needs all of the one before: a missing barrier or a piece out of order
/// shows in the result. Each link works one unit and ends one step.
/// </summary>
internal sealed class CountUpChain : IDisposable
{
    private const uint Count = 4096;

    private readonly VulkanDevice _device;
    private readonly DeviceBuffer _first;
    private readonly DeviceBuffer _second;
    private readonly int _links;

    /// <param name="device">The device.</param>
    /// <param name="links">Number of dispatches, even or odd.</param>
    /// <param name="workBudget">Links per piece.</param>
    /// <param name="timestamps">Time the one region.</param>
    public CountUpChain(VulkanDevice device, int links, double? workBudget, bool timestamps = false)
    {
        _device = device;
        _links = links;
        _first = device.CreateBuffer("chainFirst", Count * 4, BufferUse.Storage);
        _second = device.CreateBuffer("chainSecond", Count * 4, BufferUse.Storage);
        device.Uploads.Upload<uint>(_first, 0, [.. Enumerable.Range(0, (int)Count).Select(i => (uint)i)]);
        using var recorder = new CommandRecorder(device, "count up", workBudget, timestamps);
        recorder.BeginRegion("links");
        for (var i = 0; i < links; i++)
        {
            var (x, y) = i % 2 == 0 ? (_first, _second) : (_second, _first);
            FixtureShaders.RecordCountUp(device, recorder, x, y, Count, work: 1);
            recorder.MarkStep(i);
        }

        recorder.EndRegion();
        // Whatever the number of links, the next run starts from the first buffer.
        var (last, other) = links % 2 == 0 ? (_first, _second) : (_second, _first);
        recorder.Copy(last, 0, other, 0, Count * 4);
        Commands = recorder.Finish();
    }

    public RecordedCommands Commands { get; }

    public uint[] Run(Action<int>? stepCompleted = null, CancellationToken cancellation = default)
    {
        Commands.Run(stepCompleted, cancellation);
        return Read();
    }

    public uint[] Read()
    {
        var result = new uint[Count];
        _device.Readbacks.Read<uint>(_first, 0, result);
        return result;
    }

    /// <summary>What the buffer holds after so many runs: rotated and counted up once for each link.</summary>
    public uint[] Expected(int runs)
    {
        var total = (uint)(_links * runs);
        return [.. Enumerable.Range(0, (int)Count).Select(i => ((uint)i + total) % Count + total)];
    }

    public void Dispose()
    {
        Commands.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
