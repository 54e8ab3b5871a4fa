using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.T5;

/// <summary>
/// A pre-norm block of T5's encoder: <c>x += o(attention(norm(x)))</c> with unscaled scores and position biases,
/// <c>x += wo(gelu(wi_0 y) * wi_1 y)</c> with <c>y = norm(x)</c>; RMSNorm, tanh GELU, no biases else.
/// </summary>
internal sealed class T5Block
{
    private readonly T5Config config;
    private readonly DeviceBuffer attentionNorm, feedForwardNorm;
    private readonly PackedMatrix queryKeyValue, attentionOutput, gateUp, down;

    /// <summary>Loads block <paramref name="index"/>; the loader owns what is created.</summary>
    public T5Block(WeightLoader loader, int index, T5Config config)
    {
        this.config = config;
        int d = config.Width, a = config.AttentionWidth, f = config.FeedForward;
        string attention = $"encoder.block.{index}.layer.0.", feedForward = $"encoder.block.{index}.layer.1.";
        attentionNorm = loader.Vector(attention + "layer_norm.weight", d);
        queryKeyValue = loader.Matrix(
            attention + "SelfAttention.q+k+v",
            new StackedRows([.. "qkv".Select(part => loader.Rows($"{attention}SelfAttention.{part}.weight", a, d))]),
            MatrixLayout.Pairs);
        attentionOutput = loader.Matrix(attention + "SelfAttention.o.weight", d, a);
        feedForwardNorm = loader.Vector(feedForward + "layer_norm.weight", d);
        gateUp = loader.Matrix(
            feedForward + "DenseReluDense.wi_0+wi_1",
            new StackedRows(loader.Rows(feedForward + "DenseReluDense.wi_0.weight", f, d), loader.Rows(feedForward + "DenseReluDense.wi_1.weight", f, d)),
            MatrixLayout.GateUp);
        // The inside of the feed-forward layer leaves the range of float16 in the large encoders, for which this product's weights stay float32 in the
        // original. Ours takes activations in float32, but for cooperative matrices, which take 65504 at most.
        down = loader.PlainMatrix(feedForward + "DenseReluDense.wo.weight", d, f);
    }

    /// <summary>Records the block over <paramref name="hidden"/>, float32 [sequences * tokens, width], in place.</summary>
    /// <param name="cache">Keys and values of one block, overwritten.</param>
    /// <param name="keyMask">Tokens of each sequence that are part of the text, one bit each; the others are seen by none, and see what all see.</param>
    /// <param name="biases">Float32 [heads, 2 * tokens - 1].</param>
    public void Record(
        CommandRecorder recorder, KernelSet kernels, DeviceBuffer hidden, BlockScratch scratch, KvCache cache, DeviceBuffer keyMask, DeviceBuffer biases, int sequences, int tokens)
    {
        uint d = (uint)config.Width, a = (uint)config.AttentionWidth, f = (uint)config.FeedForward;
        int rows = sequences * tokens;
        kernels.RmsNorm.Record(recorder, hidden, attentionNorm, scratch.Normed, rows, config.Width, config.Epsilon);
        kernels.Matmul.Record(recorder, queryKeyValue, scratch.Normed, 0, d, scratch.Queries, 0, a, rows, MatmulEpilogue.QueryKeyValue, cache: new KvAppend
        {
            Keys = cache.Keys(0),
            Values = cache.Values(0),
            RowsPerSequence = tokens,
            SequenceStride = 1,
            Heads = config.Heads,
            HeadSize = config.HeadSize,
            Capacity = cache.Slots,
            FirstSlot = 0,
        });
        kernels.Attention.Record(recorder, scratch.Queries, 0, a, cache.Keys(0), cache.Values(0), scratch.Attended, new AttentionShape
        {
            Sequences = sequences,
            SequenceStride = 1,
            RowsPerSequence = tokens,
            Heads = config.Heads,
            HeadSize = config.HeadSize,
            Capacity = cache.Slots,
            KeyCount = tokens,
            MaskedKeys = tokens,
            OwnKeyMasked = true,
            Unscaled = true,
            BiasReach = tokens - 1,
        }, keyMask, biases);
        kernels.Matmul.Record(recorder, attentionOutput, scratch.Attended, 0, a, hidden, 0, d, rows, MatmulEpilogue.AddTo);
        kernels.RmsNorm.Record(recorder, hidden, feedForwardNorm, scratch.Normed, rows, config.Width, config.Epsilon);
        kernels.Matmul.Record(recorder, gateUp, scratch.Normed, 0, d, scratch.Inner, 0, f, rows, MatmulEpilogue.GeGluTanh);
        kernels.Matmul.Record(recorder, down, scratch.Inner, 0, f, hidden, 0, d, rows, MatmulEpilogue.AddTo);
    }
}
