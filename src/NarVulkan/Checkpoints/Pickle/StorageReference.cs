namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The persistent id of a PyTorch storage.</summary>
/// <param name="TypeName">PyTorch class name, such as <c>FloatStorage</c>.</param>
/// <param name="Key">Name of the zip entry under <c>data/</c>.</param>
/// <param name="ElementCount">Elements that it claims to have.</param>
internal sealed record StorageReference(string TypeName, string Key, long ElementCount);
