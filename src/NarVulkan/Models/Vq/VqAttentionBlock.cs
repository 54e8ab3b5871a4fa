using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>
/// <c>x + proj_out(attention(norm(x)))</c>: one head as wide as the image has channels, every pixel sees every pixel. The head
/// is too wide for registers, so scores and weighted sums are matrix products, for some rows at a time.
/// </summary>
internal sealed class VqAttentionBlock : IVqBlock
{
    private readonly int width;
    private readonly VqNorm norm;
    private readonly PackedMatrix joined;
    private readonly DeviceBuffer joinedBias;
    private readonly VqConvolution projection;

    /// <summary>Loads the block; the loader owns what is created.</summary>
    public VqAttentionBlock(WeightLoader loader, in VqStage stage)
    {
        width = stage.In;
        string prefix = stage.Prefix;
        norm = VqNorm.Load(loader, prefix + "norm", width);
        string[] parts = [prefix + "q", prefix + "k", prefix + "v"];
        joined = loader.Matrix(prefix + "qkv", new StackedRows([.. parts.Select(part => VqConvolution.PointwiseRows(loader, part, width, width))]), exactly: loader.OtherPrecision);
        joinedBias = loader.Floats(prefix + "qkv bias", [.. parts.SelectMany(part => Bias(loader.File, part))]);
        projection = VqConvolution.Pointwise(loader, prefix + "proj_out", width, width);
    }

    /// <inheritdoc/>
    public FeatureMap Record(VqRecorder recorder, FeatureMap x)
    {
        int tokens = checked(x.Height * x.Width);
        uint d = (uint)width;
        var scratch = recorder.Workspace.Attention(tokens, width);
        var (commands, kernels) = (recorder.Commands, recorder.Kernels);
        recorder.NormRows(x, norm, (rows, first, count) =>
            kernels.Matmul.Record(commands, joined, rows, 0, d, scratch.Joined, (uint)first * 3 * d, 3 * d, count, MatmulEpilogue.StoreBias, joinedBias));
        kernels.PackRows.Record(commands, scratch.Joined, d, 3 * d, 1, scratch.Keys);
        kernels.PackRows.Record(commands, scratch.Joined, 2 * d, 1, 3 * d, scratch.Values);
        for (int first = 0; first < tokens; first += scratch.Rows)
        {
            int rows = Math.Min(scratch.Rows, tokens - first);
            kernels.Matmul.Record(commands, scratch.Keys, scratch.Joined, (uint)first * 3 * d, 3 * d, scratch.Scores, 0, (uint)scratch.ScoreStride, rows, MatmulEpilogue.Store);
            kernels.Softmax.Record(commands, scratch.Scores, rows, tokens, scratch.ScoreStride, (float)(1 / Math.Sqrt(width)));
            kernels.Matmul.Record(commands, scratch.Values, scratch.Scores, 0, (uint)scratch.ScoreStride, scratch.Attended, 0, d, rows, MatmulEpilogue.Store);
            foreach (var piece in x.Pixels(first, rows))
            {
                kernels.Matmul.Record(
                    commands, projection.Weights, scratch.Attended, (uint)(piece.First - first) * d, d, piece.Slab, (uint)piece.InSlab * d, d, piece.Count,
                    MatmulEpilogue.AddToBias, projection.Bias);
            }
        }
        return x;
    }

    private float[] Bias(WeightFile file, string name)
    {
        var tensor = file.Require(name + ".bias", width);
        var values = tensor.ToFloats();
        TensorRows.RequireFinite(tensor, values);
        return values;
    }
}
