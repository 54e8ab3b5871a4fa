using NarVulkan.Benchmarks;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>A benchmark as the command line asks for it.</summary>
internal sealed record BenchRequested
{
    public required BenchSettings Settings { get; init; }

    /// <summary>What is measured, in words; empty where no model is.</summary>
    public required string Subject { get; init; }

    /// <summary>The words of the command line that name the model, for processes that are started for timing.</summary>
    public required IReadOnlyList<string> SubjectArguments { get; init; }

    /// <summary>One line for the user where something else than asked for is measured; null otherwise.</summary>
    public string? Notice { get; init; }

    public required NarContextOptions Context { get; init; }

    public required Verbosity Verbosity { get; init; }
}
