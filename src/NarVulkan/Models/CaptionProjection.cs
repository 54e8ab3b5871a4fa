using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// Text features to condition rows: <c>fc2(gelu(fc1(x)))</c>, tanh form, no biases; and the learned features that stand for
/// "no text". Tensor names as LlamaGen and NAR publish them.
/// </summary>
internal sealed class CaptionProjection
{
    private const string Prefix = "cls_embedding.";

    /// <summary>The published models have 120 x 2048.</summary>
    private const long MostFeatures = 1 << 24;

    private readonly PackedMatrix fc1, fc2;

    /// <summary>Loads the projection; the loader owns what is created.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public CaptionProjection(WeightLoader loader, GeneratorReader reader)
    {
        var file = loader.File;
        int d = reader.Shape.Width;
        FeatureWidth = reader.Size(file.Require(Prefix + "uncond_embedding", -1, -1), 1);
        Tokens = reader.Size(file.Require(Prefix + "uncond_embedding", -1, -1), 0);
        if (FeatureWidth % MatrixPacker.ChunkLength != 0)
        {
            throw new ModelFileException(file.Path, $"text features are {FeatureWidth} wide; the kernels need a multiple of {MatrixPacker.ChunkLength}.");
        }
        if ((long)Tokens * FeatureWidth > MostFeatures)
        {
            throw new ModelFileException(file.Path, $"tensor {Prefix}uncond_embedding has {Tokens} rows of {FeatureWidth}, which no text condition has.");
        }
        Unconditional = new float[Tokens * FeatureWidth];
        var rows = loader.Rows(Prefix + "uncond_embedding", Tokens, FeatureWidth);
        for (int row = 0; row < Tokens; row++)
        {
            rows.ReadRow(row, Unconditional.AsSpan(row * FeatureWidth));
        }
        fc1 = loader.Matrix(Prefix + "cap_proj.fc1.weight", d, FeatureWidth);
        fc2 = loader.Matrix(Prefix + "cap_proj.fc2.weight", d, d);
    }

    /// <summary>Width of the text features, C.</summary>
    public int FeatureWidth { get; }

    /// <summary>Condition tokens, Tc.</summary>
    public int Tokens { get; }

    /// <summary>Features of the unconditional sequences, float32 [tokens, feature width].</summary>
    public float[] Unconditional { get; }

    /// <summary>Records hidden = fc2(gelu(fc1(features))).</summary>
    /// <param name="features">Float32 [rows, feature width].</param>
    /// <param name="inner">Scratch, float32 [rows, width].</param>
    /// <param name="hidden">Float32 [rows, width].</param>
    public void Record(CommandRecorder recorder, KernelSet kernels, DeviceBuffer features, DeviceBuffer inner, DeviceBuffer hidden, int rows)
    {
        uint c = (uint)FeatureWidth, d = (uint)fc2.Columns;
        kernels.Matmul.Record(recorder, fc1, features, 0, c, inner, 0, d, rows, MatmulEpilogue.StoreGeluTanh);
        kernels.Matmul.Record(recorder, fc2, inner, 0, d, hidden, 0, d, rows, MatmulEpilogue.Store);
    }
}
