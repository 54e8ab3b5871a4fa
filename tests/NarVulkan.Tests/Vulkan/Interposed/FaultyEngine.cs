using NarVulkan.Cli.Engine;
using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>The library as the program uses it, on devices opened with a test's options.</summary>
internal sealed class FaultyEngine(DeviceOptions options) : IEngine
{
    public IReadOnlyList<NarDeviceInfo> EnumerateDevices() => NarContext.EnumerateDevices();

    public IEngineContext Open(NarContextOptions asked) => new VulkanEngineContext(NarContext.Create(options with { Notice = asked.Notice }));

    public string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) =>
        throw new NotSupportedException("nothing here is timed in processes of its own");
}
