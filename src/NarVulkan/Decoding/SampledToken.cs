namespace NarVulkan.Decoding;

/// <summary>A token that a step samples.</summary>
/// <param name="RasterIndex">Its place in the grid, frame by frame and row by row.</param>
/// <param name="Votes">The rows and heads whose logits are averaged; never empty, each head at most once.</param>
internal sealed record SampledToken(int RasterIndex, IReadOnlyList<HeadVote> Votes);
