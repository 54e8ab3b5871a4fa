using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>Counts what keeps a tensor from being rounded, for the message: where one value is wrong it matters whether all are.</summary>
internal static class ValueFaults
{
    private const int PieceElements = 1 << 16;

    /// <param name="tensor">Of floats.</param>
    /// <param name="largest">The largest magnitude that the target can hold.</param>
    public static string Describe(WeightTensor tensor, float largest)
    {
        long notFinite = 0, tooLarge = 0;
        float[] values = new float[(int)Math.Min(PieceElements, tensor.ElementCount)];
        for (long first = 0; first < tensor.ElementCount; first += values.Length)
        {
            Span<float> piece = values.AsSpan(0, (int)Math.Min(values.Length, tensor.ElementCount - first));
            tensor.ReadFloats(first, piece);
            foreach (float value in piece)
            {
                notFinite += float.IsFinite(value) ? 0 : 1;
                tooLarge += float.IsFinite(value) && MathF.Abs(value) > largest ? 1 : 0;
            }
            tensor.Release();
        }
        return $"of the {tensor.ElementCount} values of tensor {tensor.Name} {notFinite} are not finite numbers and {tooLarge} are";
    }
}
