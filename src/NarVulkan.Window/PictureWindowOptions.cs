namespace NarVulkan.Windowing;

/// <summary>How a window and its device are opened.</summary>
public sealed record PictureWindowOptions
{
    /// <summary>What the title bar says at first.</summary>
    public string Title { get; init; } = "NarVulkan";

    /// <summary>Width at first, in the desktop's coordinates.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Height at first, in the desktop's coordinates.</summary>
    public int Height { get; init; } = 768;

    /// <summary>Index, part of a name, or <c>auto</c>: as <see cref="NarContextOptions.Device"/>, of the devices that can show a window.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether the validation layer is switched on; null asks the environment variable <c>NARVK_VALIDATION</c>.</summary>
    public bool? Validation { get; init; }

    /// <summary>Told what was passed over because it only saves time: as <see cref="NarContextOptions.Notice"/>.</summary>
    public Action<string>? Notice { get; init; }
}
