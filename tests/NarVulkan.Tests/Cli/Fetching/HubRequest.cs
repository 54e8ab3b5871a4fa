namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>What a client asked of <see cref="TestHub"/>.</summary>
internal sealed record HubRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>First byte that is asked for; null for the whole file.</summary>
    public int? From => this["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-')) : null;
}
