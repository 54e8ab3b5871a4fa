using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>What a download meets in the world, and tests put something else for.</summary>
internal sealed record FetchServices
{
    public IFetchDisk Disk { get; init; } = FetchDisk.Instance;

    public IDiskSync Sync { get; init; } = DiskSync.Instance;

    public TransferPatience Patience { get; init; } = new();
}
