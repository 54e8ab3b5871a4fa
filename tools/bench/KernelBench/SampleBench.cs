using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>Draws from rows of logits, with the settings that cost differently.</summary>
internal static class SampleBench
{
    private const int VerifiedRows = 4;

    private static readonly (string Name, SamplingParameters Parameters)[] Settings =
    [
        ("plain", new(1, 1, 1, 0, greedy: false, seed: 1)),
        ("top-k 100", new(1, 1, 1, 100, greedy: false, seed: 2)),
        ("top-k 2000", new(1, 1, 1, 2000, greedy: false, seed: 3)),
        ("top-p 0.9", new(1, 1, 0.9f, 0, greedy: false, seed: 4)),
        ("top-k 100, top-p 0.9", new(1, 1, 0.9f, 100, greedy: false, seed: 5)),
        ("greedy", new(1, 1, 1, 0, greedy: true, seed: 6)),
    ];

    public static void Run(VulkanDevice device, int vocabulary, int rows)
    {
        // Normal, with the spread of a trained model's logits.
        var random = new Random(3);
        var values = new float[rows * vocabulary];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 2.5f * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        using var logits = Create<float>(device, "logits", values);
        using var positions = Create<int>(device, "positions", [.. Enumerable.Range(0, rows)]);
        using var tokens = device.CreateBuffer("tokens", (ulong)rows * sizeof(int), BufferUse.Storage);
        var kernel = new SampleKernel(device);
        foreach (var (name, parameters) in Settings)
        {
            using var block = Create<uint>(device, "samplingParameters", parameters.WithStreams([7]));
            var time = Measurement.Of(device, recorder => kernel.Record(recorder, logits, block, positions, tokens, new SampleShape(1, rows, 0, rows, vocabulary)));
            var drawn = new int[rows];
            device.Readbacks.Read<int>(tokens, 0, drawn);
            for (var row = 0; row < VerifiedRows; row++)
            {
                var expected = SampleReference.Draw(values.AsSpan(row * vocabulary, vocabulary), parameters, (uint)row, 7);
                if (drawn[row] != expected)
                {
                    throw new InvalidOperationException($"{name}: row {row} drew {drawn[row]} instead of {expected}");
                }
            }

            Console.WriteLine($"sample {rows} rows of {vocabulary}, {name,-22} {1e6 * time.Seconds / rows,8:F1} us a row   by processor time {1e6 * time.ProcessorSeconds / rows,8:F1}");
        }
    }

    private static DeviceBuffer Create<T>(VulkanDevice device, string role, ReadOnlySpan<T> values) where T : unmanaged
    {
        var buffer = device.CreateBuffer(role, (ulong)(values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), BufferUse.Storage);
        device.Uploads.Upload(buffer, 0, values);
        return buffer;
    }
}
