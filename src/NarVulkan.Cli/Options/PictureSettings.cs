using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="PictureOptions"/> say.</summary>
internal sealed record PictureSettings
{
    /// <summary>Frames of a video to write; null for all.</summary>
    public int? Frames { get; init; }

    /// <summary>File or folder as typed; null for the default.</summary>
    public string? Out { get; init; }

    /// <summary>As asked for; null leaves the choice to the extension of <see cref="Out"/>.</summary>
    public MediaFormat? Format { get; init; }

    public int Scale { get; init; } = 1;

    /// <summary>As asked for; null for the default.</summary>
    public int? FramesPerSecond { get; init; }
}
