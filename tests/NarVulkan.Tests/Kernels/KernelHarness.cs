using System.Runtime.InteropServices;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>
/// Runs kernels on small inputs. Outputs start as sentinels, a guard band behind them included, and are read back
/// whole; the twin is given the same sentinels, so that whatever it leaves alone the kernel must leave alone.
/// </summary>
internal sealed class KernelHarness(VulkanDevice device) : IDisposable
{
    /// <summary>Elements behind every output: more than a workgroup could overshoot by.</summary>
    private const int Guard = 256;

    private const float Sentinel = -12_345.5f;

    private readonly List<IDisposable> _owned = [];

    /// <summary>An output of sentinels for the twin, with its guard band.</summary>
    public static float[] Sentinels(int count)
    {
        var values = new float[count + Guard];
        Array.Fill(values, Sentinel);
        return values;
    }

    public DeviceBuffer Upload<T>(string role, T[] values)
        where T : unmanaged
    {
        var buffer = device.CreateBuffer(role, (ulong)MemoryMarshal.AsBytes<T>(values).Length, BufferUse.Storage);
        _owned.Add(buffer);
        device.Uploads.Upload<T>(buffer, 0, values);
        return buffer;
    }

    public T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    public RecordedCommands Record(Action<CommandRecorder> record)
    {
        using var recorder = new CommandRecorder(device, "kernel test");
        record(recorder);
        return Own(recorder.Finish());
    }

    public void Run(Action<CommandRecorder> record) => Record(record).Run();

    public T[] Read<T>(DeviceBuffer buffer)
        where T : unmanaged
    {
        var values = new T[buffer.Size / (ulong)Marshal.SizeOf<T>()];
        device.Readbacks.Read<T>(buffer, 0, values);
        return values;
    }

    /// <summary>|expected - actual| within tolerance * max(1, |expected|), and exact where the twin left the sentinel.</summary>
    public static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var allowed = expected[i] == Sentinel ? 0f : tolerance * MathF.Max(1f, MathF.Abs(expected[i]));
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= allowed, $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }
}
