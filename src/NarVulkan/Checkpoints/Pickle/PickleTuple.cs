namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A Python tuple (or <c>torch.Size</c>).</summary>
internal sealed class PickleTuple(object?[] items) : PickleContainer
{
    public static readonly PickleTuple Empty = new([]);

    public object?[] Items { get; } = items;

    /// <inheritdoc/>
    public override int Count => Items.Length;

    /// <inheritdoc/>
    public override object? this[int place] => Items[place];

    /// <inheritdoc/>
    public override string NameOf(int place) => $"[{place}]";
}
