using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/pack_rows.comp</c>.</summary>
internal static class PackRowsReference
{
    /// <summary>
    /// The matrix x[offset + n * rowStride + k * columnStride], n below <paramref name="rows"/> and k below
    /// <paramref name="depth"/>, as [rows / lanes][depth / 8][2][lanes] units of 4 floats; zeros where it is filled up.
    /// </summary>
    public static float[] Apply(ReadOnlySpan<float> x, int offset, int rowStride, int columnStride, int rows, int depth, int lanes)
    {
        var blocks = (rows + lanes - 1) / lanes;
        var chunks = (depth + MatrixPacker.ChunkLength - 1) / MatrixPacker.ChunkLength;
        var packed = new float[blocks * chunks * 2 * lanes * 4];
        for (var n = 0; n < rows; n++)
        {
            for (var k = 0; k < depth; k++)
            {
                var unit = (n / lanes * chunks * 2 + k / 4) * lanes + n % lanes;
                packed[unit * 4 + k % 4] = x[offset + n * rowStride + k * columnStride];
            }
        }

        return packed;
    }
}
