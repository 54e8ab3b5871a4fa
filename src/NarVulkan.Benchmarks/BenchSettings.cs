using NarVulkan.Benchmarks.Kernels;

namespace NarVulkan.Benchmarks;

/// <summary>What is to be measured, and of what.</summary>
internal sealed record BenchSettings
{
    public required BenchParts Parts { get; init; }

    /// <summary>The model's folder; null for random weights or none.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether its files are compared with their checksums first, which is part of no time.</summary>
    public bool Verify { get; init; }

    /// <summary>The random weights; null for a folder or none.</summary>
    public NarRandomModel? Random { get; init; }

    /// <summary>Fixed shapes to time besides the model's own, or without any model.</summary>
    public IReadOnlyList<KernelSuite> Suites { get; init; } = [];

    /// <summary>Timed runs of generations and steps after the first; 0 times the first of a generation, with recording and compilation.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Samples side by side, one measurement for each; kernels and steps are those of the first.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [1];

    /// <summary>Guidance scale; null for the model's.</summary>
    public float? Guidance { get; init; }

    public NarPrecision Precision { get; init; } = NarPrecision.Auto;

    /// <summary>Whether kernels are timed at every shape that occurs, instead of a few that span them.</summary>
    public bool AllShapes { get; init; }

    /// <summary>Whether the model's products are tuned for the device before anything is timed.</summary>
    public bool Tune { get; init; }

    /// <summary>Whether the model is loaded at all.</summary>
    public bool NeedsModel => (Directory is not null || Random is not null) && (Tune || (Parts & ~BenchParts.Startup) != 0);
}
