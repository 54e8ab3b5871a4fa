namespace NarVulkan.Cli.Fetching;

/// <summary>One file of a model that can be fetched.</summary>
/// <param name="Name">Its path in the model's folder, with slashes. No server ever names a file.</param>
/// <param name="Remote">What it may be called in its repository, best first; empty where that is not known, and the hub is asked.</param>
/// <param name="Bytes">Its size; null where it is not known.</param>
/// <param name="Sha256">Its SHA-256, 64 hexadecimal digits in lower case; null where it is not known.</param>
internal sealed record FetchableFile(string Name, IReadOnlyList<string> Remote, long? Bytes, string? Sha256)
{
    private const long MostSettings = 1 << 20;

    /// <summary>The largest size that a file may have: more than any model, and of settings no more than are read.</summary>
    public const long MostWeights = 1L << 42;

    /// <summary>The largest size of weights that neither the list nor the server tells beforehand: more than any published file, and no whole disk.</summary>
    public const long MostUntold = 1L << 36;

    public bool IsWeights => !Name.EndsWith(".json", StringComparison.Ordinal) && !Name.EndsWith(".txt", StringComparison.Ordinal);

    /// <summary>Where the server stops being believed that tells a size.</summary>
    public long MostBytes => Bytes ?? (IsWeights ? MostWeights : MostSettings);

    /// <summary>Where a server is cut off that tells none.</summary>
    public long MostUntoldBytes => Math.Min(MostBytes, MostUntold);
}
