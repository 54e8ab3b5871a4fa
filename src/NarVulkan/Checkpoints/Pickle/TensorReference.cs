namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The arguments of <c>torch._utils._rebuild_tensor_v2</c>, unchecked: sizes and strides are whatever the pickle said.</summary>
internal sealed class TensorReference(StorageReference storage, object? offset, object? size, object? stride) : PickleContainer
{
    public StorageReference Storage => storage;

    public object? Offset => offset;

    public object? Size => size;

    public object? Stride => stride;

    /// <inheritdoc/>
    public override int Count => 3;

    /// <inheritdoc/>
    public override object? this[int place] => place switch { 0 => offset, 1 => size, _ => stride };

    /// <inheritdoc/>
    public override string NameOf(int place) => place switch { 0 => "offset", 1 => "size", _ => "stride" };
}
