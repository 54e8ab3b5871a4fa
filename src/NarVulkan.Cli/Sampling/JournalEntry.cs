namespace NarVulkan.Cli.Sampling;

/// <summary>One batch of a shard that is on disk.</summary>
/// <param name="Done">Samples of the shard that are done with it.</param>
/// <param name="BatchCrc">Checksum of this batch's bytes.</param>
/// <param name="TotalCrc">Checksum of the <c>.npz</c> entry up to the end of this batch.</param>
internal sealed record JournalEntry(int Done, uint BatchCrc, uint TotalCrc);
