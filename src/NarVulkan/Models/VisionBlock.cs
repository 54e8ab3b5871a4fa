using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// A pre-norm vision transformer block as in the LARP tokenizer: <c>x += proj(attention(norm1(x)))</c>,
/// <c>x += fc2(gelu(fc1(norm2(x))))</c>; LayerNorm, exact GELU, biases everywhere but in <c>qkv</c>.
/// </summary>
internal sealed class VisionBlock
{
    private const float NormEpsilon = 1e-5f;

    private readonly int width, heads, inner;
    private readonly DeviceBuffer norm1Weight, norm1Bias, norm2Weight, norm2Bias, projectionBias, fc1Bias, fc2Bias;
    private readonly PackedMatrix qkv, projection, fc1, fc2;

    /// <summary>Loads the block under <paramref name="prefix"/>; the loader owns what is created.</summary>
    public VisionBlock(WeightLoader loader, string prefix, int width, int heads, int inner)
    {
        this.width = width;
        this.heads = heads;
        this.inner = inner;
        norm1Weight = loader.Vector(prefix + "norm1.weight", width);
        norm1Bias = loader.Vector(prefix + "norm1.bias", width);
        string qkvName = prefix + "attn.qkv.weight";
        qkv = loader.Matrix(qkvName, loader.Rows(qkvName, 3 * width, width), MatrixLayout.Pairs);
        projection = loader.Matrix(prefix + "attn.proj.weight", width, width);
        projectionBias = loader.Vector(prefix + "attn.proj.bias", width);
        norm2Weight = loader.Vector(prefix + "norm2.weight", width);
        norm2Bias = loader.Vector(prefix + "norm2.bias", width);
        fc1 = loader.Matrix(prefix + "mlp.fc1.weight", inner, width);
        fc1Bias = loader.Vector(prefix + "mlp.fc1.bias", inner);
        fc2 = loader.Matrix(prefix + "mlp.fc2.weight", width, inner);
        fc2Bias = loader.Vector(prefix + "mlp.fc2.bias", width);
    }

    /// <summary>Records the block over <paramref name="hidden"/>, float32 [clips * tokens, width], in place; every token sees every token of its clip.</summary>
    public void Record(CommandRecorder recorder, KernelSet kernels, DeviceBuffer hidden, BlockScratch scratch, KvCache cache, int clips, int tokens)
    {
        uint d = (uint)width, f = (uint)inner;
        int rows = clips * tokens, headSize = width / heads;
        kernels.LayerNorm.Record(recorder, hidden, norm1Weight, norm1Bias, scratch.Normed, rows, width, NormEpsilon);
        kernels.Matmul.Record(recorder, qkv, scratch.Normed, 0, d, scratch.Queries, 0, d, rows, MatmulEpilogue.QueryKeyValue, cache: new KvAppend
        {
            Keys = cache.Keys(0),
            Values = cache.Values(0),
            RowsPerSequence = tokens,
            SequenceStride = 1,
            Heads = heads,
            HeadSize = headSize,
            Capacity = cache.Slots,
            FirstSlot = 0,
        });
        kernels.Attention.Record(recorder, scratch.Queries, 0, d, cache.Keys(0), cache.Values(0), scratch.Attended, new AttentionShape
        {
            Sequences = clips,
            SequenceStride = 1,
            RowsPerSequence = tokens,
            Heads = heads,
            HeadSize = headSize,
            Capacity = cache.Slots,
            KeyCount = tokens,
        });
        kernels.Matmul.Record(recorder, projection, scratch.Attended, 0, d, hidden, 0, d, rows, MatmulEpilogue.AddToBias, projectionBias);
        kernels.LayerNorm.Record(recorder, hidden, norm2Weight, norm2Bias, scratch.Normed, rows, width, NormEpsilon);
        kernels.Matmul.Record(recorder, fc1, scratch.Normed, 0, d, scratch.Inner, 0, f, rows, MatmulEpilogue.StoreBiasGelu, fc1Bias);
        kernels.Matmul.Record(recorder, fc2, scratch.Inner, 0, f, hidden, 0, d, rows, MatmulEpilogue.AddToBias, fc2Bias);
    }
}
