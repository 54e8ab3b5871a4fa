using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>Decides how a file's weights are kept on a device.</summary>
internal static class WeightPrecisionChoice
{
    /// <summary>Below this, halving 32-bit weights saves no time that anyone would notice, so they stay exact.</summary>
    private const long SmallWeights = 64L << 20;

    /// <summary>
    /// The asked-for precision; for <see cref="NarPrecision.Auto"/> a file's own 8-bit blocks or 16-bit type, else 32-bit where arithmetic
    /// is the limit (software devices) or the file is small, else 16-bit, which halves what a GPU has to read in each step.
    /// </summary>
    public static WeightPrecision Choose(NarPrecision asked, WeightFile file, DeviceProfile profile) => asked switch
    {
        NarPrecision.Float32 => WeightPrecision.Float32,
        NarPrecision.Float16 => WeightPrecision.Float16,
        NarPrecision.BFloat16 => WeightPrecision.BFloat16,
        NarPrecision.Q8 => WeightPrecision.Q8,
        _ => Automatic(file, profile),
    };

    /// <summary>The public name of a device precision.</summary>
    public static NarPrecision Name(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Float16 => NarPrecision.Float16,
        WeightPrecision.BFloat16 => NarPrecision.BFloat16,
        WeightPrecision.Q8 => NarPrecision.Q8,
        _ => NarPrecision.Float32,
    };

    /// <summary>What has 16 bits where the large matrices are in 8: <see cref="Q8Tensors.OthersType"/>.</summary>
    public static WeightPrecision BesideQ8(WeightFile file) =>
        Q8Tensors.OthersType(file) == WeightType.BF16 ? WeightPrecision.BFloat16 : WeightPrecision.Float16;

    /// <summary>About what a tensor takes on a device.</summary>
    public static Int128 Bytes(WeightPrecision precision, WeightTensor tensor) =>
        WeightEncoding.Bytes(precision == WeightPrecision.Q8 && !tensor.IsQ8Matrix() ? WeightPrecision.Float16 : precision, tensor.ElementCount);

    private static WeightPrecision Automatic(WeightFile file, DeviceProfile profile)
    {
        if (file.Tensors.Values.Any(tensor => tensor.IsQ8))
        {
            return WeightPrecision.Q8;
        }
        // Matrices decide: the rest stays float32 on the device whatever its type in the file.
        var matrices = file.Tensors.Values.Where(tensor => tensor.IsMatrix()).ToList();
        if (matrices.Count > 0 && matrices.All(tensor => tensor.Type == WeightType.F16))
        {
            return WeightPrecision.Float16;
        }
        if (matrices.Count > 0 && matrices.All(tensor => tensor.Type == WeightType.BF16))
        {
            return WeightPrecision.BFloat16;
        }
        return profile.IsSoftware || matrices.Sum(tensor => tensor.ElementCount) * sizeof(float) < SmallWeights
            ? WeightPrecision.Float32
            : WeightPrecision.Float16;
    }
}
