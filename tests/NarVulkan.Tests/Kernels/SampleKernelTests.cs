using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class SampleKernelTests(VulkanFixture fixture)
{
    private const int Unwritten = -77;

    // Settings that reach every branch: nothing, top-k, top-p, both, tiny k and p, no temperature, greedy.
    private static readonly SamplingParameters[] Settings =
    [
        new(1f, 1f, 1f, 0, false, 1),
        new(1f, 0.7f, 1f, 40, false, 2),
        new(1f, 1.3f, 0.9f, 0, false, ulong.MaxValue),
        new(1f, 1f, 0.5f, 100, false, 4),
        new(1f, 1f, 0f, 1, false, 5),
        new(1f, 0f, 1f, 0, false, 6),
        new(1f, 1f, 0.5f, 10, true, 7),
    ];

    [SkippableFact]
    public void RecordProbabilities_OfEveryGolden_AgreesAndDropsTheSameEntries()
    {
        var device = fixture.RequireDevice();
        foreach (var golden in SamplerGolden.Load())
        {
            using var harness = new KernelHarness(device);
            var vocabulary = golden.Logits[0].Length;
            var rows = golden.Logits.Length;
            var probabilities = harness.Upload("probabilities", KernelHarness.Sentinels(rows * vocabulary));
            var tokens = harness.Upload("tokens", new int[rows]);
            var logits = harness.Upload("logits", golden.Logits.SelectMany(row => row).ToArray());
            var settings = harness.Upload("samplingParameters", golden.Parameters.WithStreams([.. Enumerable.Range(0, rows).Select(row => (uint)row)]));

            harness.Run(recorder => new SampleKernel(device).RecordProbabilities(
                recorder, logits, settings, harness.Upload("positions", new int[1]), tokens, probabilities,
                new SampleShape(rows, 1, 0, 1, vocabulary)));

            var actual = harness.Read<float>(probabilities);
            var drawn = harness.Read<int>(tokens);
            for (var row = 0; row < rows; row++)
            {
                SampleReferenceTests.AssertDistribution(golden, row, actual.AsSpan(row * vocabulary, vocabulary));
                Assert.Equal(SampleReference.Draw(golden.Logits[row], golden.Parameters, 0, (uint)row), drawn[row]);
            }

            Assert.Equal(KernelHarness.Sentinels(0), actual[(rows * vocabulary)..]);
        }
    }

    [SkippableTheory]
    [InlineData(1u, 37)]
    [InlineData(48u, 1001)]
    [InlineData(64u, 16384)]
    [InlineData(128u, 65536)]
    [InlineData(128u, 5)] // fewer entries than invocations
    public void Record_WithAnyWorkgroup_DrawsTheTokensOfTheTwin(uint lanes, int vocabulary)
    {
        const int samples = 2;
        const int sampled = 3;
        const int capacity = 8;
        const int offset = 4;
        var device = fixture.RequireDevice();
        using var harness = new KernelHarness(device);
        var random = new Random(vocabulary);
        var stride = vocabulary + 3;
        var values = RandomData.Normal(random, samples * sampled * stride, 3f);
        values[1] = values[0]; // a tie
        values[stride + 2] = float.NaN;
        values[stride + 3] = float.NegativeInfinity;
        Array.Fill(values, float.NegativeInfinity, 2 * stride, vocabulary);
        int[] positions = [.. Enumerable.Range(0, capacity).Select(i => 1000 - 7 * i)];
        var logits = harness.Upload("logits", values);
        var positionBuffer = harness.Upload("positions", positions);
        var shape = new SampleShape(samples, sampled, offset, capacity, vocabulary) { LogitsStride = stride };

        foreach (var settings in Settings)
        {
            var expected = new int[samples * capacity + 16];
            Array.Fill(expected, Unwritten);
            var tokens = harness.Upload("tokens", expected);
            uint[] streams = [9, 4_000_000_000];
            var block = harness.Upload("samplingParameters", settings.WithStreams(streams));
            harness.Run(recorder => new SampleKernel(device, lanes).Record(recorder, logits, block, positionBuffer, tokens, shape));

            for (var s = 0; s < samples; s++)
            {
                for (var j = 0; j < sampled; j++)
                {
                    var row = values.AsSpan((s * sampled + j) * stride, vocabulary);
                    expected[s * capacity + offset + j] = SampleReference.Draw(
                        row, settings, (uint)positions[offset + j], streams[s]);
                }
            }

            Assert.Equal(expected, harness.Read<int>(tokens));
        }
    }

    [SkippableTheory]
    [InlineData("equal")]      // every key in one step, more than are listed, and one digit for all passes
    [InlineData("two values")] // the threshold lies between two crowds
    [InlineData("outlier")]    // steps as wide as the outlier is far: the others share one
    [InlineData("narrow")]     // all within a few units of the last place
    [InlineData("wide")]       // most entries weigh nothing
    [InlineData("infinite")]   // one infinitely large
    public void Record_OfRowsThatCrowd_DrawsTheTokensOfTheTwin(string kind)
    {
        const int vocabulary = 3000;
        var device = fixture.RequireDevice();
        using var harness = new KernelHarness(device);
        var random = new Random(4);
        var values = kind switch
        {
            "equal" => [.. Enumerable.Repeat(1.5f, vocabulary)],
            "two values" => [.. Enumerable.Range(0, vocabulary).Select(_ => random.Next(2) == 0 ? 0.25f : 0.5f)],
            "narrow" => [.. Enumerable.Range(0, vocabulary).Select(_ => 1f + random.Next(40) * MathF.Pow(2, -23))],
            "wide" => RandomData.Normal(random, vocabulary, 1000f),
            _ => RandomData.Normal(random, vocabulary),
        };
        if (kind is "outlier" or "infinite")
        {
            values[77] = kind == "outlier" ? -1e30f : float.PositiveInfinity;
        }

        var logits = harness.Upload("logits", values);
        var positions = harness.Upload("positions", new[] { 5 });
        SamplingParameters[] all =
        [
            .. Settings, new(1f, 1f, 1f, 1500, false, 8), new(1f, 1f, 0.9f, 2500, false, 9), new(1f, 100f, 0.3f, 0, false, 10), new(1f, 1e4f, 0.999f, 900, false, 11),
            new(1f, 0.1f, 0.7f, 256, false, 12),
        ];
        foreach (var settings in all)
        {
            var block = harness.Upload("samplingParameters", settings.WithStreams([3]));
            var tokens = harness.Upload("tokens", new int[1]);
            harness.Run(recorder => new SampleKernel(device).Record(recorder, logits, block, positions, tokens, new SampleShape(1, 1, 0, 1, vocabulary)));

            Assert.Equal(SampleReference.Draw(values, settings, 5, stream: 3), harness.Read<int>(tokens)[0]);
        }
    }

    [SkippableFact]
    public void Record_OverManyPositions_FollowsTheGoldenProbabilities()
    {
        const int draws = 2000;
        var device = fixture.RequireDevice();
        var golden = SamplerGolden.Load().First(golden => golden.Name == "probs_v1000_c4.npy");
        var settings = new SamplingParameters(1f, 0.8f, 0.95f, 100, false, seed: 31);
        Assert.Equal(golden.Parameters.TopPFraction, settings.TopPFraction);
        for (var row = 0; row < golden.Logits.Length; row++)
        {
            using var harness = new KernelHarness(device);
            var logits = harness.Upload("logits", Enumerable.Repeat(golden.Logits[row], draws).SelectMany(values => values).ToArray());
            var tokens = harness.Upload("tokens", new int[draws]);
            var positions = harness.Upload("positions", Enumerable.Range(row * draws, draws).ToArray());
            var block = harness.Upload("samplingParameters", settings.WithStreams([0]));
            harness.Run(recorder => new SampleKernel(device).Record(
                recorder, logits, block, positions, tokens, new SampleShape(1, draws, 0, draws, 1000)));

            var counts = new int[1000];
            foreach (var token in harness.Read<int>(tokens))
            {
                Assert.NotEqual(0f, golden.Probabilities[row][token]);
                counts[token]++;
            }

            // 4 standard deviations: one in 30,000; the seed is fixed.
            Assert.InRange(ChiSquare.StandardScore(counts, golden.Probabilities[row]), -4.0, 4.0);
        }
    }

    [SkippableFact]
    public void Record_OnceReplayed_FollowsTheSettingsBlock()
    {
        var device = fixture.RequireDevice();
        using var harness = new KernelHarness(device);
        var values = RandomData.Normal(new Random(15), 300, 2f);
        var logits = harness.Upload("logits", values);
        var block = harness.Upload("samplingParameters", default(SamplingParameters).WithStreams([3]));
        var tokens = harness.Upload("tokens", new int[1]);
        var positions = harness.Upload("positions", new[] { 12 });
        var commands = harness.Record(recorder => new SampleKernel(device).Record(
            recorder, logits, block, positions, tokens, new SampleShape(1, 1, 0, 1, 300)));

        foreach (var settings in Settings.Concat(Settings))
        {
            device.Uploads.Upload<SamplingParameters>(block, 0, [settings]);
            commands.Run();

            Assert.Equal(SampleReference.Draw(values, settings, 12, stream: 3), harness.Read<int>(tokens)[0]);
        }
    }
}
