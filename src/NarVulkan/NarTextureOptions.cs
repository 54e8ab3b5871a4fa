namespace NarVulkan;

/// <summary>What a texture is made for.</summary>
public sealed record NarTextureOptions
{
    /// <summary>Samples that it holds: one array layer for each frame of each sample.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>
    /// Queue families that use the image besides the context's own, so that it is created for concurrent use and no ownership need be
    /// transferred; empty where the host uses it on the context's family only.
    /// </summary>
    public IReadOnlyList<uint> SharedWith { get; init; } = [];
}
