namespace NarVulkan.Vulkan;

/// <summary>What kind of device the driver says it drives; <c>auto</c> prefers them in this order.</summary>
internal enum DeviceKind
{
    Discrete,
    Integrated,
    Virtual,
    Software,
    Other,
}
