namespace NarVulkan.Cli.Engine;

/// <summary>
/// What the commands need of the library: its public entry points and nothing else. <see cref="VulkanEngine"/> passes calls straight on;
/// tests of files, reports and exit codes put an engine here that needs no device.
/// </summary>
internal interface IEngine
{
    /// <exception cref="DeviceException">There is no Vulkan loader or driver.</exception>
    IReadOnlyList<NarDeviceInfo> EnumerateDevices();

    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    IEngineContext Open(NarContextOptions options);
}
