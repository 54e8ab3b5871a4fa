namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/softmax.comp</c>, with double accumulators.</summary>
internal static class SoftmaxReference
{
    /// <summary>x[r] = softmax(scale * x[r]) over the first <paramref name="columns"/> of each row, rows <paramref name="stride"/> apart.</summary>
    public static void Apply(Span<float> x, int rows, int columns, int stride, float scale)
    {
        for (var r = 0; r < rows; r++)
        {
            var row = x.Slice(r * stride, columns);
            var largest = float.NegativeInfinity;
            foreach (var value in row)
            {
                largest = Math.Max(largest, value);
            }

            var sum = 0.0;
            foreach (var value in row)
            {
                sum += Math.Exp(scale * (double)(value - largest));
            }

            foreach (ref var value in row)
            {
                value = (float)(Math.Exp(scale * (double)(value - largest)) / sum);
            }
        }
    }
}
