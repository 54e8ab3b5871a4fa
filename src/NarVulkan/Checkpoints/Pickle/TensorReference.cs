namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The arguments of <c>torch._utils._rebuild_tensor_v2</c>, unchecked: sizes and strides are whatever the pickle said.</summary>
internal sealed record TensorReference(StorageReference Storage, object? Offset, object? Size, object? Stride);
