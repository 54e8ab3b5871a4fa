using NarVulkan.Kernels;
using NarVulkan.Quantization;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>
/// Weights that look random and that every precision represents exactly, so that one reference serves all. They are computed as they are read:
/// the matrices of large models would not fit twice.
/// </summary>
internal sealed class BenchMatrix(int rows, int columns) : MatrixSource
{
    public override int Rows => rows;

    public override int Columns => columns;

    public override void ReadRow(int row, Span<float> destination)
    {
        // A linear congruential generator of its own for each row; bfloat16 has 8 significant bits.
        uint state = (uint)row * 2654435761u + 12345u;
        for (int column = 0; column < columns; column++)
        {
            state = state * 1664525u + 1013904223u;
            // With 127 units of its scale in every block an 8-bit matrix is exact too.
            int units = column % Q8Blocks.Length == 0 ? 127 : (int)((state >> 16) % 255) - 127;
            destination[column] = units / 1024f;
        }
    }

    /// <summary>Some of the rows, one after the other.</summary>
    public float[] Read(ReadOnlySpan<int> wanted)
    {
        var values = new float[wanted.Length * columns];
        for (int i = 0; i < wanted.Length; i++)
        {
            ReadRow(wanted[i], values.AsSpan(i * columns, columns));
        }
        return values;
    }
}
