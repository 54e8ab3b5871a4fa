using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Cli.Engine;

/// <summary>An open device.</summary>
internal interface IEngineContext : IDisposable
{
    NarDeviceInfo Device { get; }

    /// <summary>The most bytes of device memory that were ever in use.</summary>
    long PeakDeviceBytes { get; }

    IReadOnlyList<NarSelfTestResult> SelfTest();

    /// <exception cref="ModelFileException">The folder or one of its files is missing or wrong.</exception>
    IEngineModel Load(string directory, NarLoadOptions options);

    /// <summary>The text encoder of a model folder.</summary>
    /// <exception cref="ModelFileException">The folder has none, or one of its files is missing or wrong.</exception>
    IEngineTextEncoder LoadText(string directory, NarLoadOptions options);

    /// <summary>A generator with random weights.</summary>
    /// <exception cref="InvalidRequestException">No generator has these sizes.</exception>
    /// <exception cref="DeviceException">The device has no memory for the weights.</exception>
    IEngineModel CreateRandom(NarRandomModel random, NarLoadOptions options);

    /// <summary>Verifies, then times.</summary>
    /// <exception cref="DeviceException">A result is wrong: nothing is timed then.</exception>
    BenchReport Benchmark(BenchSettings settings, Action<BenchProgress> show, CancellationToken cancellation);
}
