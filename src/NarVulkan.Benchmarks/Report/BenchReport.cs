namespace NarVulkan.Benchmarks.Report;

/// <summary>What a benchmark found. Parts that were not asked for are null or empty.</summary>
internal sealed record BenchReport
{
    /// <summary>The device that computed.</summary>
    public required NarDeviceInfo Device { get; init; }

    /// <summary>What the device can do at most; null where nothing is compared with it.</summary>
    public DeviceCeilings? Ceilings { get; init; }

    /// <summary>The model; null where only fixed shapes were timed.</summary>
    public NarModelInfo? Model { get; init; }

    /// <summary>How tokens were drawn.</summary>
    public NarSampling? Sampling { get; init; }

    public LoadTiming? Load { get; init; }

    /// <summary>Null where it was not asked for.</summary>
    public TuningReport? Tuning { get; init; }

    public IReadOnlyList<KernelTiming> Kernels { get; init; } = [];

    public StepsReport? Steps { get; init; }

    public IReadOnlyList<GenerationTiming> Generations { get; init; } = [];

    public DecodeTiming? Decode { get; init; }
}
