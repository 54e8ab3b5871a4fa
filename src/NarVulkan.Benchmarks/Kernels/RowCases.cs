using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>What a step does besides products and attention: norms, embedding, votes and the draw.</summary>
internal sealed class RowCases(KernelSet kernels, GeneratorWeights weights)
{
    // Sums over a row in another order than the twin's, and inversesqrt's 2 ulp: see RmsNormKernelTests.
    private const float NormTolerance = 1e-5f;

    private const int TableRows = 1024;

    private readonly VulkanDevice device = kernels.Device;
    private readonly GeneratorShape shape = weights.Shape;

    /// <summary>Everything at the rows of one step; the buffers of a case live until the next one is asked for.</summary>
    /// <param name="step">The step.</param>
    /// <param name="samples">Samples side by side.</param>
    /// <param name="perSample">Sequences of each.</param>
    /// <param name="guided">Whether they are mixed.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="calls">Steps of a generation that have these shapes.</param>
    public IEnumerable<KernelCase> For(DecodeStep step, int samples, int perSample, bool guided, SamplingParameters sampling, int calls)
    {
        int sequences = samples * perSample, fed = step.Fed.Count, sampled = step.Sampled.Count;
        IEnumerable<KernelCase>[] all =
        [
            Embed(sequences, fed, calls),
            Norm(sequences * fed, 2 * shape.Blocks * calls),
            Vote(samples, perSample, fed, sampled, guided, sampling, calls),
            Draw(samples, sampled, sampling, calls),
        ];
        return all.SelectMany(cases => cases);
    }

    private IEnumerable<KernelCase> Embed(int sequences, int fed, int calls)
    {
        using var buffers = new BenchBuffers(device);
        var source = new BenchMatrix(TableRows, shape.Width);
        using var table = EmbeddingTable.Create(device, "bench.table", source, weights.Embedding.Precision);
        int[] ids = [.. Enumerable.Range(0, sequences * fed).Select(i => i * 37 % TableRows)];
        var idBuffer = buffers.Upload("ids", ids);
        var y = buffers.Zeros("embedded", (long)sequences * fed * shape.Width);
        float[] placed = [];
        PositionIds? positions = weights.PositionEmbedding is null ? null : new PositionIds(
            buffers.Random("places", (long)TableRows * shape.Width, out placed), TableRows,
            buffers.Upload("positions", Enumerable.Range(0, fed).Select(i => i * 11 % TableRows).ToArray()), 0);
        yield return new KernelCase
        {
            Kernel = "embed",
            Shape = FormattableString.Invariant($"{sequences * fed} x {shape.Width}"),
            Calls = calls,
            MultiplyAdds = 0,
            Bytes = (double)sequences * fed * shape.Width * (WeightEncoding.BytesPerWeight(table.Precision) + sizeof(float)),
            Record = recorder => kernels.EmbedTokens.Record(recorder, table, new TokenIds(idBuffer, 0, fed, 1), positions, y, sequences, fed, 0, fed),
            Verify = () =>
            {
                float[] expected = source.Read(ids);
                for (int i = 0; i < expected.Length && positions is not null; i++)
                {
                    expected[i] += placed[i / shape.Width % fed * 11 % TableRows * shape.Width + i % shape.Width];
                }
                Verification.Close("embedding", expected, buffers.Read<float>(y), 0);
            },
        };
    }

    private IEnumerable<KernelCase> Norm(int rows, int calls)
    {
        using var buffers = new BenchBuffers(device);
        var x = buffers.Random("x", (long)rows * shape.Width, out float[] values);
        var weight = buffers.Random("norm", shape.Width, out float[] scales);
        var y = buffers.Zeros("y", (long)rows * shape.Width);
        yield return new KernelCase
        {
            Kernel = "rms norm",
            Shape = FormattableString.Invariant($"{rows} x {shape.Width}"),
            Calls = calls,
            MultiplyAdds = 2.0 * rows * shape.Width,
            Bytes = sizeof(float) * (2.0 * rows + 1) * shape.Width,
            Record = recorder => kernels.RmsNorm.Record(recorder, x, weight, y, rows, shape.Width, weights.Epsilon),
            Verify = () =>
            {
                var expected = new float[rows * shape.Width];
                RmsNormReference.Rows(values, scales, expected, weights.Epsilon, 1, rows, rows, 0);
                Verification.Close("rms norm", expected, buffers.Read<float>(y), NormTolerance);
            },
        };
    }

    private IEnumerable<KernelCase> Vote(int samples, int perSample, int fed, int sampled, bool guided, SamplingParameters sampling, int calls)
    {
        using var buffers = new BenchBuffers(device);
        int heads = weights.Heads.Count, width = shape.Width;
        float[][] rows = new float[heads][], norms = new float[heads][];
        DeviceBuffer[] hidden = [.. Enumerable.Range(0, heads).Select(head => buffers.Random($"head {head}", (long)samples * perSample * fed * width, out rows[head]))];
        DeviceBuffer[] scales = [.. Enumerable.Range(0, heads).Select(head => buffers.Random($"norm {head}", width, out norms[head]))];
        int[] votes = [.. Enumerable.Range(0, sampled * heads).Select(i => i * 7 % fed)];
        var voteBuffer = buffers.Upload("votes", votes);
        var parameters = buffers.Upload("parameters", sampling.WithStreams(new uint[samples]));
        var features = buffers.Zeros("features", (long)samples * sampled * heads * width);
        yield return new KernelCase
        {
            Kernel = "votes",
            Shape = FormattableString.Invariant($"{samples * sampled} x {heads} x {width}"),
            Calls = calls,
            MultiplyAdds = 3.0 * samples * sampled * heads * width * (guided ? 2 : 1),
            Bytes = sizeof(float) * (double)samples * sampled * heads * width * (guided ? 3 : 2),
            Record = recorder => kernels.VoteFeatures.Record(
                recorder, hidden, scales, voteBuffer, 0, parameters, guided, perSample, features, samples, fed, sampled, width, weights.Epsilon),
            Verify = () =>
            {
                var expected = new float[samples * sampled * heads * width];
                VoteFeaturesReference.Gather(
                    rows, norms, votes, guided ? sampling.GuidanceScale : null, perSample, expected, samples, fed, sampled, width, weights.Epsilon);
                Verification.Close("votes", expected, buffers.Read<float>(features), NormTolerance * Math.Max(1, 2 * sampling.GuidanceScale));
            },
        };
    }

    private IEnumerable<KernelCase> Draw(int samples, int sampled, SamplingParameters sampling, int calls)
    {
        using var buffers = new BenchBuffers(device);
        var logits = buffers.Random("logits", (long)samples * sampled * shape.Vocabulary, out float[] values);
        uint[] streams = [.. Enumerable.Range(0, samples).Select(sample => (uint)sample)];
        var parameters = buffers.Upload("parameters", sampling.WithStreams(streams));
        int[] positions = [.. Enumerable.Range(0, sampled).Select(i => 3 * i + 1)];
        var positionBuffer = buffers.Upload("positions", positions);
        var tokens = buffers.Zeros("tokens", (long)samples * sampled);
        yield return new KernelCase
        {
            Kernel = "sample",
            Shape = FormattableString.Invariant($"{samples * sampled} x {shape.Vocabulary}"),
            Calls = calls,
            MultiplyAdds = 0,
            Bytes = sizeof(float) * (double)samples * sampled * shape.Vocabulary,
            Record = recorder => kernels.Sample.Record(
                recorder, logits, parameters, positionBuffer, tokens, new SampleShape(samples, sampled, 0, sampled, shape.Vocabulary)),
            Verify = () =>
            {
                int[] actual = buffers.Read<int>(tokens);
                foreach (int token in new[] { 0, samples * sampled - 1 })
                {
                    var row = values.AsSpan(token * shape.Vocabulary, shape.Vocabulary);
                    int expected = SampleReference.Draw(row, sampling, (uint)positions[token % sampled], streams[token / sampled]);
                    Verification.Equal("the drawn token", [expected], [actual[token]]);
                }
            },
        };
    }
}
