namespace NarVulkan.Kernels;

/// <summary>Rows of the output of a 3 x 3 convolution, and the rows of its input that they need.</summary>
/// <param name="Sampling">Which pixels it reads.</param>
/// <param name="InputWidth">Pixels of a row of the input image.</param>
/// <param name="FirstRow">First row of the output image.</param>
/// <param name="Rows">Rows of the output image.</param>
internal readonly record struct ConvBand(ConvSampling Sampling, int InputWidth, int FirstRow, int Rows)
{
    /// <summary>Pixels of a row of the output image.</summary>
    public int OutputWidth => OutputSize(Sampling, InputWidth);

    /// <summary>First row of the input image that is read; -1 is the padding above it.</summary>
    public int InputFirstRow => Sampling switch
    {
        ConvSampling.Doubled => (FirstRow - 1) >> 1,
        ConvSampling.Halved => 2 * FirstRow,
        _ => FirstRow - 1,
    };

    /// <summary>Rows of the input image that are read, padding included.</summary>
    public int InputRows => Sampling switch
    {
        ConvSampling.Doubled => ((FirstRow + Rows) >> 1) + 1 - InputFirstRow,
        ConvSampling.Halved => 2 * Rows + 1,
        _ => Rows + 2,
    };

    /// <summary>Rows or columns of the output image for so many of the input image.</summary>
    public static int OutputSize(ConvSampling sampling, int inputSize) => sampling switch
    {
        ConvSampling.Doubled => checked(2 * inputSize),
        ConvSampling.Halved => inputSize / 2,
        _ => inputSize,
    };
}
