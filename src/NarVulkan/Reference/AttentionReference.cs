using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/attention.comp</c>: softmax(q k^T / sqrt(D) + bias) v, in two passes and with double accumulators.</summary>
internal static class AttentionReference
{
    /// <summary>Parameters as those of <see cref="AttentionKernel.Record"/>; spans start where the buffers' regions do.</summary>
    public static void Apply(
        ReadOnlySpan<float> q, int qRowStride, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> output, AttentionShape shape, ReadOnlySpan<uint> mask = default,
        ReadOnlySpan<float> biases = default)
    {
        var size = shape.HeadSize;
        for (var sequence = 0; sequence < shape.Sequences; sequence++)
        {
            for (var row = 0; row < shape.RowsPerSequence; row++)
            {
                var m = sequence * shape.RowsPerSequence + row;
                for (var head = 0; head < shape.Heads; head++)
                {
                    var cache = (sequence * shape.SequenceStride * shape.Heads + head) * shape.Capacity * size;
                    Head(
                        q.Slice(m * qRowStride + head * size, size),
                        keys.Slice(cache, shape.Capacity * size),
                        values.Slice(cache, shape.Capacity * size),
                        output.Slice((m * shape.Heads + head) * size, size),
                        shape,
                        row,
                        shape.MaskedKeys == 0 ? default : mask.Slice(sequence * shape.SequenceStride * shape.MaskWords, shape.MaskWords),
                        biases.Slice(head * shape.BiasStride, shape.BiasStride));
                }
            }
        }
    }

    private static void Head(
        ReadOnlySpan<float> q, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> output, in AttentionShape shape, int row, ReadOnlySpan<uint> mask,
        ReadOnlySpan<float> biases)
    {
        var scores = new List<(int Key, double Score)>();
        for (var key = 0; key < shape.KeyCount; key++)
        {
            var hidden = (key >= shape.HiddenBegin && key < shape.HiddenEnd)
                || (key < shape.MaskedKeys && (shape.OwnKeyMasked || key != shape.CausalFirstKey + row) && (mask[key / 32] >> (key % 32) & 1) == 0);
            if (!hidden && (!shape.Causal || key <= shape.CausalFirstKey + row))
            {
                var score = Dot(q, keys.Slice(key * q.Length, q.Length)) / (shape.Unscaled ? 1 : Math.Sqrt(q.Length));
                scores.Add((key, shape.BiasReach is { } reach ? score + biases[key - (shape.CausalFirstKey + row) + reach] : score));
            }
        }

        output.Clear();
        if (scores.Count == 0)
        {
            return;
        }

        var largest = scores.Max(entry => entry.Score);
        var total = scores.Sum(entry => Math.Exp(entry.Score - largest));
        for (var d = 0; d < q.Length; d++)
        {
            var sum = 0.0;
            foreach (var (key, score) in scores)
            {
                sum += Math.Exp(score - largest) / total * values[key * q.Length + d];
            }

            output[d] = (float)sum;
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
