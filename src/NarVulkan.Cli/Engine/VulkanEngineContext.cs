using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Cli.Engine;

/// <summary>An open device of the library. Owns it.</summary>
internal sealed class VulkanEngineContext(NarContext context) : IEngineContext
{
    public NarDeviceInfo Device => context.Device;

    public long PeakDeviceBytes => context.DeviceMemory.Peak;

    public IReadOnlyList<NarSelfTestResult> SelfTest() => context.SelfTest();

    public IEngineModel Load(string directory, NarLoadOptions options) => new VulkanEngineModel(NarModel.Load(context, directory, options));

    public IEngineTextEncoder LoadText(string directory, NarLoadOptions options) => new VulkanEngineTextEncoder(NarTextEncoder.Load(context, directory, options));

    public IEngineModel CreateRandom(NarRandomModel random, NarLoadOptions options) => new VulkanEngineModel(NarModel.CreateRandom(context, random, options));

    public BenchReport Benchmark(BenchSettings settings, Action<BenchProgress> show, CancellationToken cancellation) =>
        new Benchmark(context, settings, show).Run(cancellation);

    public void Dispose() => context.Dispose();
}
