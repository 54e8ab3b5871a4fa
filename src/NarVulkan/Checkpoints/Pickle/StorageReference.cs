namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The persistent id of a PyTorch storage.</summary>
/// <param name="TypeName">PyTorch class name, such as <c>FloatStorage</c>.</param>
/// <param name="Key">Name of the zip entry under <c>data/</c>, or of the storage behind an old file's pickle.</param>
/// <param name="ElementCount">Elements that it claims to have.</param>
/// <param name="View">The part of it that is meant; null for all of it. Only very old files have views.</param>
internal sealed record StorageReference(string TypeName, string Key, long ElementCount, StorageView? View = null);
