using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Options;

/// <summary>A folder of pictures for each of many prompts, as the command line asks for it.</summary>
internal sealed record PromptFolderSettings
{
    /// <summary>GenEval's own number of pictures of a prompt.</summary>
    public const int UsualCopies = 4;

    public const int MostSamples = 100_000_000;

    public required IReadOnlyList<PromptRecord> Records { get; init; }

    /// <summary>Pictures of each prompt.</summary>
    public required int Copies { get; init; }

    /// <summary>The part of the prompts that this command serves; null: all of them. Parts share the folder.</summary>
    public Shard? Shard { get; init; }

    /// <summary>The folder, as typed.</summary>
    public required string Folder { get; init; }

    /// <summary>Pictures of a batch; null leaves it to their size.</summary>
    public int? Batch { get; init; }

    /// <summary>Whether the command names the seed; if not, a run that goes on keeps its own.</summary>
    public required bool SeedIsGiven { get; init; }

    public bool Restart { get; init; }

    /// <summary>The prompts of this command: from <c>First</c> up to, not including, <c>End</c>.</summary>
    public (int First, int End) Prompts => Shard?.RangeOf(Records.Count) ?? (0, Records.Count);

    /// <summary>Pictures of this command.</summary>
    public int Samples => (Prompts.End - Prompts.First) * Copies;
}
