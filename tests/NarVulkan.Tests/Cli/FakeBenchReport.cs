using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;

namespace NarVulkan.Tests.Cli;

/// <summary>What a benchmark of round numbers would find: 1 GB/s, 1 GFLOP/s.</summary>
internal static class FakeBenchReport
{
    private static readonly KeyValuePair<string, double>[] Parts = [new("embed", 0.001), new("blocks", 0.007), new("heads", 0.002)];

    public static BenchReport For(BenchSettings settings, NarDeviceInfo device)
    {
        bool model = settings.NeedsModel;
        MemoryUse memory = new()
        {
            Weights = 1 << 20,
            Cache = 2 << 20,
            Scratch = 3 << 20,
            Logits = 4 << 20,
            Inputs = 5 << 20,
            Staging = 6 << 20,
            Others = 7 << 20,
            Peak = 32 << 20,
            HostPeak = 64 << 20,
        };
        return new BenchReport
        {
            Device = device,
            Ceilings = new DeviceCeilings(1e9, 1 << 20, 0.5e9),
            Model = model ? Info : null,
            Sampling = model ? Info.Sampling : null,
            Load = model ? new LoadTiming(0.5, 0.75, memory) : null,
            Kernels = Wants(BenchParts.Kernels) || settings.Suites.Count > 0
                ? [new("product qkv", "2 x 24 x 8", 6, 1e6, 1e5, 0.004, 0.002, 0.003), new("embed", "2 x 8", 1, 0, 1e3, 1e-5, 1e-5, 0)]
                : [],
            Steps = Wants(BenchParts.Steps)
                ? new StepsReport(settings.Batches[0], settings.Runs, true, [new(0, 2, 1, 1, 1_000_000, Parts, 0.010, 0.011), new(1, 6, 4, 3, 1_000_000, Parts, 0.010, 0.012)])
                : null,
            Generations = Wants(BenchParts.Generation) ? [.. settings.Batches.Select(batch => Generation(batch, settings.Runs, memory))] : [],
            Decode = Wants(BenchParts.Decode) ? new DecodeTiming("fake", 1, 0.5, new Spread(0.25, 0.2, 0.3)) : null,
        };

        bool Wants(BenchParts part) => model && (settings.Parts & part) != 0;
    }

    private static NarModelInfo Info => new()
    {
        Name = "fake",
        Architecture = "nar-c2v",
        Media = NarMedia.Video,
        Grid = [2, 2, 2],
        TokenCount = 8,
        Vocabulary = 4,
        Steps = 2,
        Sampling = new NarSampling { GuidanceScale = 1.5f },
        Precision = NarPrecision.Float32,
        ParameterCount = 1_500_000,
        WeightBytes = 6_000_000,
        HasGenerator = true,
    };

    private static GenerationTiming Generation(int batch, int runs, MemoryUse memory) => new()
    {
        Batch = batch,
        Runs = runs,
        Tokens = 8 * batch,
        Seconds = new Spread(0.5, 0.4, 0.6),
        FirstSeconds = 0.9,
        PrefillSeconds = 0.1,
        StepsSeconds = 0.4,
        ProcessSeconds = 0.7,
        ThreadSeconds = null,
        AllocatedBytes = 2048,
        AllocatedInSteps = 16,
        Submissions = 2,
        Dispatches = 100,
        Barriers = 50,
        Steps = 2,
        WeightBytes = 2_000_000,
        Memory = memory,
    };
}
