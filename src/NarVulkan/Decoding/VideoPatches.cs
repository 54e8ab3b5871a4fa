namespace NarVulkan.Decoding;

/// <summary>How a video [channels, frames, rows, columns] is cut into patches, counted in pixels.</summary>
/// <param name="PatchFrames">Frames per patch; divides <paramref name="Frames"/>.</param>
/// <param name="PatchSize">Rows and columns per patch; divides <paramref name="Rows"/> and <paramref name="Columns"/>.</param>
/// <remarks>Shaders trust these sizes, so a product beyond 32 bits throws <see cref="OverflowException"/> rather than wrapping round.</remarks>
internal readonly record struct VideoPatches(int Channels, int Frames, int Rows, int Columns, int PatchFrames, int PatchSize)
{
    /// <summary>Patches per video, in raster order (frame, row, column).</summary>
    public int PatchCount => checked(Frames / PatchFrames * (Rows / PatchSize) * (Columns / PatchSize));

    /// <summary>Elements per patch.</summary>
    public int PatchWidth => checked(Channels * PatchFrames * PatchSize * PatchSize);

    /// <summary>Elements per video.</summary>
    public int VideoLength => checked(Channels * Frames * Rows * Columns);

    /// <summary>Index, within a video, of an element of a patch.</summary>
    public int PixelIndex(int patch, int channel, int frame, int row, int column)
    {
        var gridColumns = Columns / PatchSize;
        var gridRows = Rows / PatchSize;
        var videoFrame = patch / (gridRows * gridColumns) * PatchFrames + frame;
        var videoRow = patch / gridColumns % gridRows * PatchSize + row;
        var videoColumn = patch % gridColumns * PatchSize + column;
        return ((channel * Frames + videoFrame) * Rows + videoRow) * Columns + videoColumn;
    }
}
