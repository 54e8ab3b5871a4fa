using NarVulkan.Kernels;

namespace NarVulkan.KernelBench;

/// <summary>Uniform random weights that every precision represents exactly, so that one reference serves all.</summary>
internal sealed class RandomMatrix : MatrixSource
{
    public RandomMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        var random = new Random(1);
        Values = new float[rows * columns];
        for (var i = 0; i < Values.Length; i++)
        {
            // bfloat16 has 8 significant bits.
            Values[i] = (random.Next(255) - 127) / 1024f;
        }
    }

    public float[] Values { get; }

    public override int Rows { get; }

    public override int Columns { get; }

    public override void ReadRow(int row, Span<float> destination) => Values.AsSpan(row * Columns, Columns).CopyTo(destination);
}
