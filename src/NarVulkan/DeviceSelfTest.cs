using NarVulkan.Models;
namespace NarVulkan;
internal static class DeviceSelfTest { public static IReadOnlyList<NarSelfTestResult> Run(KernelSet k) => []; }
