namespace NarVulkan.Vulkan;

/// <summary>Vulkan's packed version numbers (variant 3 bits, major 7, minor 10, patch 12).</summary>
internal static class ApiVersion
{
    public static string Text(uint packed) => $"{packed >> 22 & 0x7f}.{packed >> 12 & 0x3ff}.{packed & 0xfff}";
}
