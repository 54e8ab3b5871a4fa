using System.Globalization;
using System.Runtime.CompilerServices;
using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Quantization;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan;

/// <summary>Small cases of the main kernels, computed on a device and on the CPU: what <c>narvk doctor</c> runs.</summary>
internal sealed class DeviceSelfTest : IDisposable
{
    // Sums of 128 products of numbers of order one; float32 in another order of summation stays far below this.
    private const double Tolerance = 1e-4;

    private const int Rows = 11, Width = 128, Columns = 100, Heads = 4, HeadSize = 32, Vocabulary = 1000;

    private readonly KernelSet kernels;
    private readonly VulkanDevice device;
    private readonly OwnedResources owned = new();
    private readonly Random random = new(20260101);

    private DeviceSelfTest(KernelSet kernels)
    {
        this.kernels = kernels;
        device = kernels.Device;
    }

    /// <summary>Runs every case. A case that the device cannot run is one that failed, with the reason.</summary>
    public static IReadOnlyList<NarSelfTestResult> Run(KernelSet kernels)
    {
        using var test = new DeviceSelfTest(kernels);
        return
        [
            Report("matrix product, float32 weights", () => test.Product(WeightPrecision.Float32)),
            Report("matrix product, float16 weights", () => test.Product(WeightPrecision.Float16)),
            Report("matrix product, bfloat16 weights", () => test.Product(WeightPrecision.BFloat16)),
            Report("matrix product, 8-bit weights", () => test.Product(WeightPrecision.Q8)),
            Report("attention", test.Attention),
            Report("RMS norm", test.RmsNorm),
            Report("convolution with group norm and swish", test.Convolution),
            Report("sampling", test.Sampling),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private static NarSelfTestResult Report(string name, Func<double> run)
    {
        try
        {
            double difference = run();
            return new NarSelfTestResult(name, difference <= Tolerance, string.Create(CultureInfo.InvariantCulture, $"largest difference {difference:0.0e+0}, allowed {Tolerance:0.0e+0}"));
        }
        catch (NarException error)
        {
            return new NarSelfTestResult(name, Passed: false, error.Message);
        }
    }

    private double Product(WeightPrecision precision)
    {
        // Multiples of 1/128 below 1 are exact in every precision, with one of 127 in every block of 32, so that only the arithmetic is compared.
        var weights = Values(Columns * Width, () => random.Next(-127, 128) / 128f);
        for (int i = 0; i < weights.Length; i += Q8Blocks.Length)
        {
            weights[i] = 127 / 128f;
        }
        var x = Values(Rows * Width, () => random.Next(-63, 64) / 64f);
        var expected = new float[Rows * Columns];
        MatmulReference.Apply(x, Width, weights, Width, default, expected, Columns, Rows, MatmulEpilogue.Store);
        var matrix = owned.Add(PackedMatrix.Create(device, "self-test weights", new ArrayRows(weights, Width), precision));
        var input = Upload("self-test x", x);
        return Compare(expected, (recorder, output) => kernels.Matmul.Record(recorder, matrix, input, 0, Width, output, 0, Columns, Rows, MatmulEpilogue.Store));
    }

    private double Attention()
    {
        // More keys than a block of any form has, so that what a block makes of the one before it is seen.
        const int Slots = 303;
        var shape = new AttentionShape { Sequences = 1, SequenceStride = 1, RowsPerSequence = Rows, Heads = Heads, HeadSize = HeadSize, Capacity = Slots, KeyCount = Slots - 3 };
        const int cache = Heads * Slots * HeadSize;
        float[] q = Values(Rows * Width, Uniform), k = Values(cache, Uniform), v = Values(cache, Uniform);
        var expected = new float[Rows * Width];
        AttentionReference.Apply(q, Width, k, v, expected, shape);
        DeviceBuffer queries = Upload("self-test q", q), keys = Upload("self-test keys", k), values = Upload("self-test values", v);
        return Compare(expected, (recorder, output) => kernels.Attention.Record(recorder, queries, 0, Width, keys, values, output, shape));
    }

    private double RmsNorm()
    {
        float[] x = Values(Rows * Width, Uniform), weight = Values(Width, Uniform);
        var expected = new float[Rows * Width];
        RmsNormReference.Rows(x, weight, expected, 1e-5f, 1, Rows, Rows, 0);
        DeviceBuffer input = Upload("self-test x", x), scale = Upload("self-test weight", weight);
        return Compare(expected, (recorder, output) => kernels.RmsNorm.Record(recorder, input, scale, output, Rows, Width, 1e-5f));
    }

    /// <summary>A layer of the image tokenizer: statistics of an image, then the normed image with its border, then the convolution.</summary>
    private double Convolution()
    {
        const int height = 7, width = 9, channels = 64, groups = 32, border = (height + 2) * (width + 2) * channels;
        const float epsilon = 1e-6f;
        var band = new ConvBand(ConvSampling.Same, width, 0, height);
        var rows = new ConvInputRows(width, channels, band.InputFirstRow, height, 0, band.InputRows, Bordered: true);
        float[] x = Values(height * width * channels, Uniform), weight = Values(channels, Uniform), bias = Values(channels, Uniform);
        var taps = Values(Columns * ConvKernel.Taps * channels, () => random.Next(-63, 64) / 256f);
        float[] moments = new float[GroupNormKernel.MomentsLength(height, channels)], scales = new float[2 * channels], normed = new float[border], expected = new float[height * width * Columns];
        GroupNormReference.Moments(x, height, width, channels, moments);
        GroupNormReference.Scales(moments, height, width, groups, weight, epsilon, scales);
        ConvInputReference.Apply(x, rows, scales, bias, swish: true, normed);
        ConvReference.Apply(normed, taps, channels, band, [], expected, MatmulEpilogue.Store);

        var kernel = owned.Add(PackedMatrix.Create(
            device, "self-test kernel", new ArrayRows(taps, ConvKernel.Taps * channels), WeightPrecision.Float32, tiling: MatmulTiling.ForConvolution(device.Profile)));
        DeviceBuffer image = Upload("self-test image", x), scale = Upload("self-test weight", weight), shift = Upload("self-test bias", bias);
        DeviceBuffer rowMoments = Upload("self-test moments", new float[moments.Length]), channelScales = Upload("self-test scales", new float[scales.Length]), input = Upload("self-test input", new float[border]);
        return Compare(expected, (recorder, output) =>
        {
            kernels.GroupNorm.RecordMoments(recorder, image, 0, height, width, channels, rowMoments, 0);
            kernels.GroupNorm.RecordScales(recorder, rowMoments, height, width, groups, scale, epsilon, channelScales);
            kernels.ConvInput.Record(recorder, image, rows, channelScales, shift, swish: true, input);
            kernels.Conv.Record(recorder, kernel, input, band, new ConvOutput(output, 0, Columns, 1), MatmulEpilogue.Store);
        });
    }

    /// <summary>Draws with fixed seeds; the "difference" is the number of tokens that are not the twin's.</summary>
    private double Sampling()
    {
        var logits = Values(Rows * Vocabulary, () => Uniform() * 8);
        var settings = new SamplingParameters(guidanceScale: 1, temperature: 0.8f, topP: 0.95f, topK: 200, greedy: false, seed: 42);
        DeviceBuffer input = Upload("self-test logits", logits), positions = Upload("self-test positions", Enumerable.Range(0, Rows).ToArray()), parameters = Upload("self-test settings", settings.WithStreams([0]));
        var tokens = owned.Add(device.CreateBuffer("self-test tokens", Rows * sizeof(int), BufferUse.Storage));
        Replay(recorder => kernels.Sample.Record(recorder, input, parameters, positions, tokens, new SampleShape(1, Rows, 0, Rows, Vocabulary)));
        var drawn = new int[Rows];
        device.Readbacks.Read<int>(tokens, 0, drawn);
        return Enumerable.Range(0, Rows).Count(row => drawn[row] != SampleReference.Draw(logits.AsSpan(row * Vocabulary, Vocabulary), settings, (uint)row, 0));
    }

    private double Compare(float[] expected, Action<CommandRecorder, DeviceBuffer> record)
    {
        var output = owned.Add(BlockScratch.Create(device, "self-test output", expected.Length, 1));
        Replay(recorder => record(recorder, output));
        var actual = new float[expected.Length];
        device.Readbacks.Read<float>(output, 0, actual);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
        }
        return largest;
    }

    private void Replay(Action<CommandRecorder> record)
    {
        using var recorder = new CommandRecorder(device, "self-test");
        record(recorder);
        using var commands = recorder.Finish();
        commands.Run();
    }

    private DeviceBuffer Upload<T>(string role, T[] values) where T : unmanaged
    {
        var buffer = owned.Add(device.CreateBuffer(role, (ulong)values.Length * (ulong)Unsafe.SizeOf<T>(), BufferUse.Texel));
        device.Uploads.Upload<T>(buffer, 0, values);
        device.Uploads.Flush();
        return buffer;
    }

    private float Uniform() => random.NextSingle() * 2 - 1;

    private static float[] Values(int count, Func<float> next) => [.. Enumerable.Range(0, count).Select(_ => next())];

    private sealed class ArrayRows(float[] values, int columns) : MatrixSource
    {
        public override int Rows => values.Length / columns;

        public override int Columns => columns;

        public override void ReadRow(int row, Span<float> destination) => values.AsSpan(row * columns, columns).CopyTo(destination);
    }
}
