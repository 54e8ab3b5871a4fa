using System.Net;

namespace NarVulkan.Cli.Fetching;

/// <summary>What came of a request after all redirects. Owns the response.</summary>
internal sealed class HubAnswer(HttpResponseMessage response) : IDisposable
{
    private static readonly TimeSpan DateResolution = TimeSpan.FromSeconds(1);

    public HttpStatusCode Status => response.StatusCode;

    /// <summary>The address that was asked for, before redirects.</summary>
    public required Uri Address { get; init; }

    /// <summary>SHA-256 of the whole file, as the endpoint itself says; null where it does not.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Bytes of the whole file, as the endpoint itself says before it sends one elsewhere; null where it does not.</summary>
    public long? LinkedBytes { get; init; }

    /// <summary>Whether a part of the file was asked for on condition that the file has not changed.</summary>
    public bool WasConditional { get; init; }

    /// <summary>First byte of the file that follows; null where it does not say.</summary>
    public long? From => response.Content.Headers.ContentRange?.From;

    /// <summary>Bytes of the whole file, as the answer says; null where it does not.</summary>
    public long? WholeBytes => Status switch
    {
        HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable => response.Content.Headers.ContentRange?.Length,
        _ => response.Content.Headers.ContentLength,
    };

    /// <summary>How long the server asks to wait; null where it does not.</summary>
    public TimeSpan? RetryAfter => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    public bool IsWebPage => response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml";

    /// <summary>Whether the bytes on the wire are not those of the file.</summary>
    public bool IsEncoded => response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// What tells this version of the file from others: a strong entity tag, or a date that is old enough for no second change within
    /// its second (RFC 9110, 8.8.2.2); null where there is neither.
    /// </summary>
    public string? Validator => response switch
    {
        { Headers.ETag: { IsWeak: false } tag } => tag.Tag,
        { Headers.Date: { } now, Content.Headers.LastModified: { } changed } when now - changed > DateResolution => changed.ToString("r"),
        _ => null,
    };

    public Task<Stream> Body(CancellationToken cancellation) => response.Content.ReadAsStreamAsync(cancellation);

    public void Dispose() => response.Dispose();
}
