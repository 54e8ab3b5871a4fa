namespace NarVulkan.Checkpoints;

/// <summary>One of the two transformers of a LARP tokenizer.</summary>
/// <param name="Width">Model width.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="PatchSize">Rows and columns of a patch, pixels.</param>
/// <param name="TemporalPatchSize">Frames of a patch.</param>
/// <param name="PatchGrid">[frames, rows, columns] in patches.</param>
internal sealed record LarpTransformerConfig(
    int Width, int Heads, int Depth, int PatchSize, int TemporalPatchSize, IReadOnlyList<int> PatchGrid)
{
    /// <summary>Patches of a clip.</summary>
    public int PatchCount => PatchGrid[0] * PatchGrid[1] * PatchGrid[2];

    /// <param name="fields">The tokenizer's settings.</param>
    /// <param name="prefix">Before the transformer's settings: <c>encoder_</c> or <c>decoder_</c>.</param>
    /// <param name="patchPrefix">Before its patch sizes: nothing or <c>decoder_</c>.</param>
    /// <param name="inputSize">Rows and columns of a frame.</param>
    /// <param name="frames">Frames of a clip.</param>
    /// <exception cref="ModelFileException">A setting is missing or wrong, or patches do not tile the clip.</exception>
    public static LarpTransformerConfig Read(PlainFields fields, string prefix, string patchPrefix, int inputSize, int frames)
    {
        int width = fields.Integer($"{prefix}hidden_size", 1, 1 << 16);
        int heads = fields.Integer($"{prefix}num_heads", 1, 1024);
        // The decoder's patches are the encoder's unless it names its own.
        int patch = fields.Integer(fields.Has($"{patchPrefix}patch_size") ? $"{patchPrefix}patch_size" : "patch_size", 1, 4096);
        int temporal = fields.Integer(
            fields.Has($"{patchPrefix}temporal_patch_size") ? $"{patchPrefix}temporal_patch_size" : "temporal_patch_size", 1, 4096);
        if (width % heads != 0)
        {
            throw fields.Wrong($"{prefix}num_heads", $"is {heads}, which does not divide the width {width}");
        }
        if (inputSize % patch != 0)
        {
            throw fields.Wrong($"{patchPrefix}patch_size", $"is {patch}, which does not divide the input size {inputSize}");
        }
        if (frames % temporal != 0)
        {
            throw fields.Wrong($"{patchPrefix}temporal_patch_size", $"is {temporal}, which does not divide the {frames} frames");
        }
        int side = inputSize / patch;
        if ((long)side * side * (frames / temporal) > 1 << 20)
        {
            throw fields.Wrong($"{patchPrefix}patch_size", $"is {patch}, which gives more than {1 << 20} patches");
        }
        return new LarpTransformerConfig(width, heads, fields.Integer($"{prefix}depth", 1, 1024), patch, temporal, [frames / temporal, side, side]);
    }
}
