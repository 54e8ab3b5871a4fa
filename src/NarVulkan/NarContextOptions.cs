namespace NarVulkan;

/// <summary>How to open a Vulkan device of one's own.</summary>
public sealed record NarContextOptions
{
    /// <summary>
    /// Index of <see cref="NarContext.EnumerateDevices"/>, part of a name, or <c>auto</c>: the best kind of those that can be used (discrete, integrated, virtual, software),
    /// of equals the first. What the command line's <c>--device</c> takes. Of several whose name has the part, the best.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether the validation layer is switched on; null asks the environment variable <c>NARVK_VALIDATION</c>.</summary>
    public bool? Validation { get; init; }

    /// <summary>A folder whose <c>NAME[.VARIANT].spv</c> files come before the embedded shaders, for work on the kernels; null uses the embedded ones.</summary>
    public string? ShaderDirectory { get; init; }

    /// <summary>
    /// Told, in one line each and once, what was passed over because it only saves time: a pipeline cache or tuned kernels that could not be
    /// read or written. Called on the thread of the call that came upon it, which may be that of <see cref="NarContext.Dispose"/>.
    /// </summary>
    public Action<string>? Notice { get; init; }
}
