namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>What <see cref="TestHub"/> answers.</summary>
internal sealed record HubReply
{
    public int Status { get; init; } = 200;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>Whether the answer says how long it is.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>Bytes of the body after which the connection is cut, or goes silent; null for all of them.</summary>
    public int? StopsAfter { get; init; }

    /// <summary>Stays connected and says nothing more, instead of hanging up.</summary>
    public bool Stalls { get; init; }

    /// <summary>Says nothing at all.</summary>
    public bool IsSilent { get; init; }

    public static HubReply Redirect(string location, params (string, string)[] headers) => new() { Status = 302, Headers = [("Location", location), .. headers] };
}
