namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// A Python dictionary, or an object that is nothing but attributes (<c>EasyDict</c>, <c>Namespace</c>), as inert data.
/// Only string keys are indexed: hashing arbitrary keys would mean walking hostile graphs.
/// </summary>
/// <param name="kind">What it was in Python, for messages.</param>
internal sealed class PickleDict(string kind) : PickleContainer
{
    // A dictionary that remembers its order, as Python's does.
    private static readonly OrderedDictionary<string, object?> Nothing = [];

    private OrderedDictionary<string, object?>? entries;

    public string Kind { get; } = kind;

    /// <summary>Entries with string keys, in the order of the file.</summary>
    public IReadOnlyDictionary<string, object?> Entries => entries ?? Nothing;

    /// <summary>The attributes that a BUILD instruction gave; kept by reference so that a hostile pickle cannot make us copy.</summary>
    public PickleDict? State { get; set; }

    /// <inheritdoc/>
    public override int Count => (entries?.Count ?? 0) + (State is null ? 0 : 1);

    /// <inheritdoc/>
    public override object? this[int place] => place < (entries?.Count ?? 0) ? entries!.GetAt(place).Value : State;

    /// <summary>Adds an entry; false if the key is there already.</summary>
    public bool TryAdd(string key, object? value) => (entries ??= new(StringComparer.Ordinal)).TryAdd(key, value);

    public object? Find(string key)
        => Entries.TryGetValue(key, out object? value) || (State?.Entries.TryGetValue(key, out value) ?? false) ? value : null;

    /// <inheritdoc/>
    public override string NameOf(int place) => place < (entries?.Count ?? 0) ? entries!.GetAt(place).Key : "its state";
}
