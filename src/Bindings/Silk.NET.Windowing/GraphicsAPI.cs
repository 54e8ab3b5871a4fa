namespace Silk.NET.Windowing;

/// <summary>The graphics API that a window is for.</summary>
public struct GraphicsAPI(ContextAPI api, ContextProfile profile, ContextFlags flags, APIVersion apiVersion)
{
    public ContextAPI API { get; set; } = api;

    public ContextProfile Profile { get; set; } = profile;

    public ContextFlags Flags { get; set; } = flags;

    public APIVersion Version { get; set; } = apiVersion;

    public static GraphicsAPI DefaultVulkan => new(ContextAPI.Vulkan, ContextProfile.Core, ContextFlags.Default, new APIVersion(1, 1));

    public static GraphicsAPI None => default;
}
