namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A part of a storage, unchecked, in elements.</summary>
internal sealed record StorageView(long Offset, long ElementCount);
