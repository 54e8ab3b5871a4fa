namespace NarVulkan.Cli.Engine;

/// <summary>An open device of the library. Owns it.</summary>
internal sealed class VulkanEngineContext(NarContext context) : IEngineContext
{
    public NarDeviceInfo Device => context.Device;

    public long PeakDeviceBytes => context.DeviceMemory.Peak;

    public IReadOnlyList<NarSelfTestResult> SelfTest() => context.SelfTest();

    public IEngineModel Load(string directory, NarLoadOptions options) => new VulkanEngineModel(NarModel.Load(context, directory, options));

    public IEngineModel CreateRandom(NarRandomModel random, NarLoadOptions options) => new VulkanEngineModel(NarModel.CreateRandom(context, random, options));

    public void Dispose() => context.Dispose();
}
