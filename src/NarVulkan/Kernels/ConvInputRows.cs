namespace NarVulkan.Kernels;

/// <summary>Which image rows <see cref="ConvInputKernel"/> lays out.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Channels">A multiple of 4.</param>
/// <param name="XFirstRow">Row of x that comes first; below 0 it is a row of zeros.</param>
/// <param name="XRows">Rows of x; from there on they are rows of zeros.</param>
/// <param name="YFirstRow">Row of y to begin with.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Bordered">A pixel of zeros at either side of every row of y.</param>
internal readonly record struct ConvInputRows(int Width, int Channels, int XFirstRow, int XRows, int YFirstRow, int Rows, bool Bordered);
