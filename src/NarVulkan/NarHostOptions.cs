namespace NarVulkan;

/// <summary>How a context works on a device that the host program made.</summary>
public sealed record NarHostOptions
{
    /// <summary>
    /// What the host enabled when it created the device; Vulkan has no way of asking. What is not named here is not used. The default is what is
    /// required; a host that enabled all of <see cref="NarDeviceRequirements.Optional"/> says so here.
    /// </summary>
    public NarDeviceFeatures Enabled { get; init; } = NarDeviceFeatures.TimelineSemaphore;

    /// <summary>Folder of compiled pipelines, so that the next start need not compile them; null: the user's cache folder; empty: none is kept.</summary>
    public string? PipelineCacheDirectory { get; init; }

    /// <summary>
    /// How long forms of kernels may be timed on a GPU when a model is loaded; they are kept beside the pipelines. Null: two seconds, or none
    /// where the environment variable <c>NARVK_TUNE</c> is 0. No choice changes a token.
    /// </summary>
    public TimeSpan? TuningTime { get; init; }

    /// <summary>Told, in one line each and once, what was passed over because it only saves time; see <see cref="NarContextOptions.Notice"/>.</summary>
    public Action<string>? Notice { get; init; }
}
