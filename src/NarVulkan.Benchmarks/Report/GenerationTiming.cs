namespace NarVulkan.Benchmarks.Report;

/// <summary>Whole generations at one batch size; every run gave the same tokens, bit for bit.</summary>
internal sealed record GenerationTiming
{
    /// <summary>Samples side by side.</summary>
    public required int Batch { get; init; }

    /// <summary>Timed runs after the first; with 0 the figures are those of the first.</summary>
    public required int Runs { get; init; }

    /// <summary>Tokens of a run, of all samples.</summary>
    public required int Tokens { get; init; }

    /// <summary>Seconds of a run, from the request to its tokens on the host.</summary>
    public required Spread Seconds { get; init; }

    /// <summary>Seconds of the first run, which records and lets the driver compile.</summary>
    public required double FirstSeconds { get; init; }

    /// <summary>Median seconds of the condition's step.</summary>
    public required double PrefillSeconds { get; init; }

    /// <summary>Median seconds of all further steps.</summary>
    public required double StepsSeconds { get; init; }

    /// <summary>Median processor time of the whole process; a software driver's computing is in it.</summary>
    public required double ProcessSeconds { get; init; }

    /// <summary>Median processor time of the thread that submits: what the host itself spends; null where the system does not tell.</summary>
    public required double? ThreadSeconds { get; init; }

    /// <summary>Managed bytes that a run allocates on the submitting thread.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Of these, bytes allocated between the first step after the condition's and the last one; null where nothing was replayed.</summary>
    public required long? AllocatedInSteps { get; init; }

    /// <summary>Submissions of a run.</summary>
    public required int Submissions { get; init; }

    /// <summary>Dispatches of a run.</summary>
    public required long Dispatches { get; init; }

    /// <summary>Barriers of a run.</summary>
    public required long Barriers { get; init; }

    /// <summary>Model steps of a run.</summary>
    public required int Steps { get; init; }

    /// <summary>Bytes of weights that a run reads.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Device memory while it runs.</summary>
    public required MemoryUse Memory { get; init; }

    /// <summary>Tokens each second.</summary>
    public double TokensPerSecond => Tokens / Seconds.Median;

    /// <summary>Images or videos each second.</summary>
    public double SamplesPerSecond => Batch / Seconds.Median;

    /// <summary>The shortest time in which the device could read the weights as often as a run does.</summary>
    public double BandwidthLimit(DeviceCeilings ceilings) => WeightBytes / ceilings.CopyBytesPerSecond;
}
