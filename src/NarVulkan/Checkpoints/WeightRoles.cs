namespace NarVulkan.Checkpoints;

/// <summary>Which tensors the choice of a precision is about.</summary>
internal static class WeightRoles
{
    /// <summary>Two-dimensional, and kept in float32 on the device all the same: codes are compared, and stand-ins for texts are read once.</summary>
    private static readonly string[] ExactTables =
        ["quantize.embedding.weight", "bottleneck.regularizer.embedding.weight", "cls_embedding.uncond_embedding", "relative_attention_bias.weight"];

    /// <summary>
    /// Whether this is a matrix, a convolution's kernel or an embedding table: what takes the memory, and what a device keeps in the chosen
    /// precision. Norms, biases, position tables (of one leading row) and codebooks are float32 on the device whatever their type in the file.
    /// </summary>
    public static bool IsMatrix(this WeightTensor tensor) => tensor.Type.IsFloat()
        && tensor.Shape.Length >= 2
        && tensor.Shape[0] > 1
        && !ExactTables.Any(name => tensor.Name.EndsWith(name, StringComparison.Ordinal));
}
