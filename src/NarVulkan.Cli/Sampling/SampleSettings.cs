namespace NarVulkan.Cli.Sampling;

/// <summary>A large run as the command line asks for it.</summary>
internal sealed record SampleSettings
{
    /// <summary>Samples of the whole run, all shards together.</summary>
    public required int Samples { get; init; }

    /// <summary>The part to make; null for all of it.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Samples of a batch; null leaves it to the size of a sample.</summary>
    public int? Batch { get; init; }

    /// <summary>Whether the command names the seed; if not, a run that goes on keeps its own.</summary>
    public required bool SeedIsGiven { get; init; }

    public bool Restart { get; init; }

    /// <summary>File for the array as typed, without the shard's suffix; null for none.</summary>
    public string? Npz { get; init; }

    /// <summary>Folder for the pictures as typed; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The samples to make: from <c>First</c> up to, not including, <c>End</c>.</summary>
    public (int First, int End) Range => Shard is { } shard ? shard.RangeOf(Samples) : (0, Samples);

    /// <summary>How to call the part to make.</summary>
    public string Label => Shard is { } shard ? $"shard {shard}" : "the run";
}
