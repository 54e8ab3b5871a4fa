using System.Reflection;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Which errors a command may return: the "Failure" lists of the specification, without the codes that every command has for unknown errors and
/// validation, and without those of features that are not used.
/// </summary>
internal static class CommandErrors
{
    private static readonly Result[] Memory = [Result.ErrorOutOfHostMemory, Result.ErrorOutOfDeviceMemory];

    private static readonly Dictionary<string, Result[]> More = new(StringComparer.Ordinal)
    {
        ["vkCreateInstance"] = [Result.ErrorInitializationFailed, Result.ErrorLayerNotPresent, Result.ErrorExtensionNotPresent, Result.ErrorIncompatibleDriver],
        ["vkEnumeratePhysicalDevices"] = [Result.ErrorInitializationFailed],
        ["vkCreateDevice"] = [Result.ErrorInitializationFailed, Result.ErrorExtensionNotPresent, Result.ErrorFeatureNotPresent, Result.ErrorTooManyObjects, Result.ErrorDeviceLost],
        ["vkAllocateMemory"] = [Result.ErrorTooManyObjects],
        ["vkCreateDescriptorPool"] = [Result.ErrorFragmentation],
        ["vkMapMemory"] = [Result.ErrorMemoryMapFailed],
        ["vkAllocateDescriptorSets"] = [Result.ErrorFragmentedPool, Result.ErrorOutOfPoolMemory],
        ["vkQueueSubmit"] = [Result.ErrorDeviceLost],
        ["vkQueueSubmit2"] = [Result.ErrorDeviceLost],
        ["vkQueueWaitIdle"] = [Result.ErrorDeviceLost],
        ["vkDeviceWaitIdle"] = [Result.ErrorDeviceLost],
        ["vkWaitSemaphores"] = [Result.ErrorDeviceLost],
        ["vkWaitForFences"] = [Result.ErrorDeviceLost],
        ["vkGetFenceStatus"] = [Result.ErrorDeviceLost],
        ["vkGetSemaphoreCounterValue"] = [Result.ErrorDeviceLost],
        ["vkGetQueryPoolResults"] = [Result.ErrorDeviceLost],
    };

    /// <summary>The errors of a command by its native name; empty for one that returns nothing.</summary>
    public static IReadOnlyList<Result> Of(string command) => ReturnsResult(command) ? [.. Memory, .. More.GetValueOrDefault(command, [])] : [];

    /// <summary>Whether a lost device answers a call of this command with nothing else.</summary>
    public static bool MayLoseTheDevice(string command) => command != "vkCreateDevice" && More.GetValueOrDefault(command, []).Contains(Result.ErrorDeviceLost);

    private static bool ReturnsResult(string command) => typeof(Vk).GetMethods(BindingFlags.Public | BindingFlags.Instance)
        .Any(method => method.Name == command[2..] && method.ReturnType == typeof(Result));
}
