namespace NarVulkan.Cli.Media;

/// <summary>How clips are written.</summary>
internal enum MediaFormat
{
    /// <summary>One file per frame.</summary>
    Png,

    /// <summary>An animated PNG.</summary>
    Apng,

    Gif,

    Mp4,

    WebM,
}
