namespace NarVulkan.Cli.Media;

/// <summary>What a PNG file holds: its frames (one, unless it is animated), their speed and its texts.</summary>
internal sealed record PngPicture
{
    public required IReadOnlyList<RgbImage> Frames { get; init; }

    /// <summary>Seconds each frame is shown; 0 for a still picture.</summary>
    public double FrameSeconds { get; init; }

    /// <summary>How often an animation runs; 0 means for ever.</summary>
    public int Plays { get; init; }

    /// <summary>Keywords and texts.</summary>
    public required IReadOnlyDictionary<string, string> Text { get; init; }
}
