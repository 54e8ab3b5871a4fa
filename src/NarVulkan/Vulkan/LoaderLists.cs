namespace NarVulkan.Vulkan;

/// <summary>
/// Held where the Vulkan loader changes or walks its lists of instances and devices. Debian's (1.3.239) walks them without a lock of its own to
/// name an object, so that another thread that opened or closed a device crashed the process.
/// </summary>
internal static class LoaderLists
{
    public static readonly Lock Lock = new();
}
