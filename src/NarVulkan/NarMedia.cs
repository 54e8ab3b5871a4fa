namespace NarVulkan;

/// <summary>What a model's tokens become.</summary>
public enum NarMedia
{
    /// <summary>Still images; decoder output is nominally -1..1.</summary>
    Image,

    /// <summary>Clips of several frames; decoder output is nominally 0..1.</summary>
    Video,
}
