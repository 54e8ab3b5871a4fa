namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A Python tuple (or <c>torch.Size</c>).</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static readonly PickleTuple Empty = new([]);

    public object?[] Items { get; } = items;
}
