namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A Python list or set.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}
