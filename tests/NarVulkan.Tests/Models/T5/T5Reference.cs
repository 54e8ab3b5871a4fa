using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Models.T5;
using NarVulkan.Reference;

namespace NarVulkan.Tests.Models.T5;

/// <summary>T5's encoder put together of the kernels' twins, on the processor.</summary>
internal static class T5Reference
{
    public static float[] Encode(T5Tensors tensors, T5Config config, int[] ids, int[] mask, int texts)
    {
        int rows = ids.Length, tokens = rows / texts, d = config.Width, a = config.AttentionWidth, f = config.FeedForward;
        float[] table = Of("shared.weight"), biases = RelativePositions.Biases(Of("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"), config, tokens - 1);
        float[] hidden = [.. ids.SelectMany(id => table.Skip(id * d).Take(d))];
        for (int block = 0; block < config.Blocks; block++)
        {
            string attention = $"encoder.block.{block}.layer.0.", feedForward = $"encoder.block.{block}.layer.1.DenseReluDense.";
            float[] normed = Norm(hidden, attention + "layer_norm.weight");
            float[] q = Product(normed, attention + "SelfAttention.q.weight", a, MatmulEpilogue.Store);
            float[] k = ByHead(Product(normed, attention + "SelfAttention.k.weight", a, MatmulEpilogue.Store));
            float[] v = ByHead(Product(normed, attention + "SelfAttention.v.weight", a, MatmulEpilogue.Store));
            var attended = new float[rows * a];
            AttentionReference.Apply(q, a, k, v, attended, new AttentionShape
            {
                Sequences = texts,
                SequenceStride = 1,
                RowsPerSequence = tokens,
                Heads = config.Heads,
                HeadSize = config.HeadSize,
                Capacity = tokens,
                KeyCount = tokens,
                MaskedKeys = tokens,
                OwnKeyMasked = true,
                Unscaled = true,
                BiasReach = tokens - 1,
            }, Bits(), biases);
            Product(attended, attention + "SelfAttention.o.weight", d, MatmulEpilogue.AddTo, hidden);
            normed = Norm(hidden, $"encoder.block.{block}.layer.1.layer_norm.weight");
            var inner = new float[rows * f];
            MatmulReference.Apply(normed, d, [.. Of(feedForward + "wi_0.weight"), .. Of(feedForward + "wi_1.weight")], d, [], inner, f, rows, MatmulEpilogue.GeGluTanh);
            Product(inner, feedForward + "wo.weight", d, MatmulEpilogue.AddTo, hidden);
        }
        return Norm(hidden, "encoder.final_layer_norm.weight");

        float[] Of(string name) => tensors.Values[name].Values;

        float[] Norm(float[] x, string name)
        {
            var y = new float[x.Length];
            RmsNormReference.Rows(x, Of(name), y, config.Epsilon, 1, rows, rows, 0);
            return y;
        }

        float[] Product(float[] x, string name, int columns, MatmulEpilogue epilogue, float[]? y = null)
        {
            y ??= new float[rows * columns];
            MatmulReference.Apply(x, x.Length / rows, Of(name), x.Length / rows, [], y, columns, rows, epilogue);
            return y;
        }

        // [texts, tokens, heads, D] to [texts, heads, tokens, D].
        float[] ByHead(float[] x)
        {
            var y = new float[x.Length];
            int size = config.HeadSize;
            for (int row = 0; row < rows; row++)
            {
                for (int head = 0; head < config.Heads; head++)
                {
                    x.AsSpan((row * a) + (head * size), size).CopyTo(y.AsSpan((((row / tokens * config.Heads) + head) * tokens + (row % tokens)) * size));
                }
            }
            return y;
        }

        uint[] Bits()
        {
            int words = (tokens + 31) / 32;
            var bits = new uint[texts * words];
            for (int row = 0; row < rows; row++)
            {
                bits[(row / tokens * words) + (row % tokens / 32)] |= (uint)mask[row] << (row % tokens % 32);
            }
            return bits;
        }
    }
}
