using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>A generation as the command line asks for it, before the model is known.</summary>
internal sealed record GenerateSettings
{
    public required LocatedModel Model { get; init; }

    /// <summary><c>--class</c> as typed; null for a class drawn from the seed.</summary>
    public string? Classes { get; init; }

    /// <summary>Samples of each class, text or clip.</summary>
    public required int Count { get; init; }

    /// <summary>File with the condition of frame prediction, as typed.</summary>
    public string? ConditionTokens { get; init; }

    /// <summary>The prompts that a text-to-image model is conditioned on; null where there are none.</summary>
    public PromptSettings? Prompts { get; init; }

    /// <summary>The text features that a text-to-image model is conditioned on, where there are no prompts.</summary>
    public TextSettings? Text { get; init; }

    /// <summary>What is continued; null where everything is generated.</summary>
    public KeepSettings? Keep { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Whether the seed matters and the user does not know it yet.</summary>
    public required bool SeedIsDrawn { get; init; }

    /// <summary>Puts what was asked for over the model's own defaults.</summary>
    public required Func<NarSampling, NarSampling> Sampling { get; init; }

    public required PictureSettings Pictures { get; init; }

    public required DumpSettings Dumps { get; init; }

    /// <summary>File for the array that evaluators read, as typed; null for none.</summary>
    public string? Npz { get; init; }

    /// <summary>Whether it is watched in a window.</summary>
    public bool Live { get; init; }

    public required NarContextOptions Context { get; init; }

    public required NarPrecision Precision { get; init; }

    public required Verbosity Verbosity { get; init; }
}
