using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Comparison;

/// <summary>A comparison of schedules as the command line asks for it.</summary>
internal sealed record CompareSettings
{
    /// <summary>The model whose weights run the NAR schedule; null where all weights are random.</summary>
    public LocatedModel? Model { get; init; }

    /// <summary>Name of the size of random weights as typed; null leaves it to the device.</summary>
    public string? Size { get; init; }

    /// <summary>Token grid of random weights; null for that of the published image models.</summary>
    public IReadOnlyList<int>? Grid { get; init; }

    /// <summary>Samples that are made side by side.</summary>
    public required int Count { get; init; }

    /// <summary>Timed runs of each schedule.</summary>
    public required int Runs { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Puts what was asked for over the model's own defaults.</summary>
    public required Func<NarSampling, NarSampling> Sampling { get; init; }

    public required NarContextOptions Context { get; init; }

    public required NarPrecision Precision { get; init; }

    public required Verbosity Verbosity { get; init; }
}
