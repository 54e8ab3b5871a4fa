using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// A pre-norm block of the token generators: <c>x += wo(attention(norm(x)))</c>, <c>x += w2(silu(w1 y) * w3 y)</c> with
/// <c>y = norm(x)</c>; RMSNorm, no biases.
/// </summary>
internal sealed class GeneratorBlock
{
    private readonly GeneratorShape shape;
    private readonly float epsilon;
    private readonly DeviceBuffer attentionNorm, feedForwardNorm;
    private readonly PackedMatrix queryKeyValue, attentionOutput, gateUp, down;

    /// <summary>Loads block <paramref name="index"/>; the loader owns what is created.</summary>
    public GeneratorBlock(WeightLoader loader, int index, GeneratorShape shape, float epsilon)
    {
        this.shape = shape;
        this.epsilon = epsilon;
        string prefix = $"layers.{index}.";
        int d = shape.Width, f = shape.FeedForward;
        attentionNorm = loader.Vector(prefix + "attention_norm.weight", d);
        string wqkv = prefix + "attention.wqkv.weight";
        queryKeyValue = loader.Matrix(wqkv, loader.Rows(wqkv, 3 * d, d), MatrixLayout.Pairs);
        attentionOutput = loader.Matrix(prefix + "attention.wo.weight", d, d);
        feedForwardNorm = loader.Vector(prefix + "ffn_norm.weight", d);
        gateUp = loader.Matrix(
            prefix + "feed_forward.w1+w3",
            new StackedRows(loader.Rows(prefix + "feed_forward.w1.weight", f, d), loader.Rows(prefix + "feed_forward.w3.weight", f, d)),
            MatrixLayout.GateUp);
        down = loader.Matrix(prefix + "feed_forward.w2.weight", d, f);
    }

    /// <summary>Records the block over <paramref name="hidden"/>, float32 [rows, width], in place.</summary>
    public void Record(CommandRecorder recorder, KernelSet kernels, in StepRows rows, DeviceBuffer hidden, BlockScratch scratch, DeviceBuffer keys, DeviceBuffer values, int slots)
    {
        uint d = (uint)shape.Width, f = (uint)shape.FeedForward;
        kernels.RmsNorm.Record(recorder, hidden, attentionNorm, scratch.Normed, rows.Rows, shape.Width, epsilon);
        kernels.Matmul.Record(recorder, queryKeyValue, scratch.Normed, 0, d, scratch.Queries, 0, d, rows.Rows, MatmulEpilogue.QueryKeyValue, cache: new KvAppend
        {
            Keys = keys,
            Values = values,
            Angles = rows.Rotary,
            RowsPerSequence = rows.RowsPerSequence,
            SequenceStride = rows.SequenceStride,
            Heads = shape.Heads,
            HeadSize = shape.HeadSize,
            Capacity = slots,
            FirstSlot = rows.FirstSlot,
        });
        kernels.Attention.Record(recorder, scratch.Queries, 0, d, keys, values, scratch.Attended, new AttentionShape
        {
            Sequences = rows.Sequences,
            SequenceStride = rows.SequenceStride,
            RowsPerSequence = rows.RowsPerSequence,
            Heads = shape.Heads,
            HeadSize = shape.HeadSize,
            Capacity = slots,
            KeyCount = rows.VisibleKeys,
            HiddenBegin = rows.HiddenBegin,
            HiddenEnd = rows.HiddenEnd,
            Causal = rows.Causal,
            CausalFirstKey = rows.FirstSlot,
            MaskedKeys = rows.MaskedKeys,
        }, rows.KeyMask);
        kernels.Matmul.Record(recorder, attentionOutput, scratch.Attended, 0, d, hidden, 0, d, rows.Rows, MatmulEpilogue.AddTo);
        kernels.RmsNorm.Record(recorder, hidden, feedForwardNorm, scratch.Normed, rows.Rows, shape.Width, epsilon);
        kernels.Matmul.Record(recorder, gateUp, scratch.Normed, 0, d, scratch.Inner, 0, f, rows.Rows, MatmulEpilogue.SwiGlu);
        kernels.Matmul.Record(recorder, down, scratch.Inner, 0, f, hidden, 0, d, rows.Rows, MatmulEpilogue.AddTo);
    }
}
