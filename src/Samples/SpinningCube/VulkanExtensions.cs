using Silk.NET.Vulkan;

namespace SpinningCube;

internal static class VulkanExtensions
{
    /// <summary>Throws for what is no success; a sample need not know more.</summary>
    public static void Require(this Result result, string call)
    {
        if ((int)result < 0)
        {
            throw new NarVulkan.DeviceException($"{call} failed with {result}");
        }
    }
}
