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

    /// <summary>Runs this program in a process of its own, for measuring how it starts.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">What to add to its environment.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="DeviceException">It failed; the message is its own.</exception>
    string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation);
}
