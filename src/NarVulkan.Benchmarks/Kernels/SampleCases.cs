using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Reference;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Draws from rows of logits, with the settings that cost differently.</summary>
internal static class SampleCases
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

    /// <summary>A case for each setting; the buffers live until the last one was seen.</summary>
    public static IEnumerable<KernelCase> All(KernelSet kernels, int vocabulary, int rows)
    {
        using var buffers = new BenchBuffers(kernels.Device);
        // Normal, with the spread of a trained model's logits.
        var random = new Random(3);
        var values = new float[rows * vocabulary];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 2.5f * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        var logits = buffers.Upload("logits", values);
        var positions = buffers.Upload("positions", Enumerable.Range(0, rows).ToArray());
        var tokens = buffers.Zeros("tokens", rows);
        foreach (var (name, parameters) in Settings)
        {
            var block = buffers.Upload("samplingParameters", parameters.WithStreams([7]));
            yield return new KernelCase
            {
                Kernel = "sample",
                Shape = FormattableString.Invariant($"{rows} x {vocabulary}, {name}"),
                Calls = 0,
                MultiplyAdds = 0,
                Bytes = sizeof(float) * (double)rows * vocabulary,
                Record = recorder => kernels.Sample.Record(recorder, logits, block, positions, tokens, new SampleShape(1, rows, 0, rows, vocabulary)),
                Verify = () =>
                {
                    int[] drawn = buffers.Read<int>(tokens);
                    int[] expected = [.. Enumerable.Range(0, VerifiedRows).Select(row => SampleReference.Draw(values.AsSpan(row * vocabulary, vocabulary), parameters, (uint)row, 7))];
                    Verification.Equal($"the draw, {name},", expected, drawn[..VerifiedRows]);
                },
            };
        }
    }
}
