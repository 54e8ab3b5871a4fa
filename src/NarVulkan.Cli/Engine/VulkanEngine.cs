namespace NarVulkan.Cli.Engine;

/// <summary>The library itself.</summary>
internal sealed class VulkanEngine : IEngine
{
    public IReadOnlyList<NarDeviceInfo> EnumerateDevices() => NarContext.EnumerateDevices();

    public IEngineContext Open(NarContextOptions options) => new VulkanEngineContext(NarContext.Create(options));

    public string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) =>
        OwnProcess.Run(arguments, environment, cancellation);
}
