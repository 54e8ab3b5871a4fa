namespace NarVulkan.Kernels;

/// <summary>A matrix of weights, read row by row while it is packed for the device; never held as a whole.</summary>
internal abstract class MatrixSource
{
    public abstract int Rows { get; }

    public abstract int Columns { get; }

    /// <summary>Writes <see cref="Columns"/> float32 values. Called from several threads at once, in any order.</summary>
    public abstract void ReadRow(int row, Span<float> destination);
}
