namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A Python list or set.</summary>
internal sealed class PickleList : PickleContainer
{
    public List<object?> Items { get; } = [];

    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <inheritdoc/>
    public override object? this[int place] => Items[place];

    /// <inheritdoc/>
    public override string NameOf(int place) => $"[{place}]";
}
