using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Asks a hub for files. The only code of the program that opens a connection. Follows redirects itself, so that the token stays with the
/// endpoint and no redirect leads from a secure connection to an open one.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 6;
    private const string LinkedTag = "X-Linked-Etag";
    private const string LinkedSize = "X-Linked-Size";

    private readonly HubToken? token;
    private readonly TransferPatience patience;
    private readonly HttpClient http;

    public HubClient(HubEndpoint endpoint, HubToken? token, TransferPatience patience)
    {
        Endpoint = endpoint;
        this.token = endpoint.IsOpen ? null : token;
        this.patience = patience;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = patience.Connection,
            UseCookies = false,
            Proxy = new ProxyBeyondLoopback(),
        })
        {
            // Of every wait there is a limit of its own; a large file may take as long as it takes.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("narvk", CliApplication.Version()));
        http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    public HubEndpoint Endpoint { get; }

    public TransferPatience Patience => patience;

    /// <summary>Whether requests carry a token.</summary>
    public bool HasToken => token is not null;

    /// <summary>Asks for a file, or for the rest of it; the answer's body is yet to be read.</summary>
    /// <param name="address">An address of the endpoint.</param>
    /// <param name="resume">What is there already; null for the whole file.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="PassingFaultException">There is no answer, now.</exception>
    /// <exception cref="FetchException">There is none to be had: no such host, no secure connection, a bad redirect.</exception>
    public async Task<HubAnswer> Get(Uri address, ResumePoint? resume, CancellationToken cancellation)
    {
        string? sha256 = null;
        long? linkedBytes = null;
        Uri at = address;
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await Send(at, resume, cancellation);
            if (Endpoint.Owns(at))
            {
                // A tag of another host may be 64 digits of something else: only the endpoint's is the file's checksum.
                sha256 = Sha256Text.OfTag(Header(response, LinkedTag)) ?? Sha256Text.OfTag(response.Headers.ETag?.Tag) ?? sha256;
                linkedBytes = long.TryParse(Header(response, LinkedSize), out long bytes) ? bytes : linkedBytes;
            }
            if (!Redirection.Is(response.StatusCode))
            {
                return new HubAnswer(response)
                {
                    Address = address,
                    Sha256 = sha256,
                    LinkedBytes = linkedBytes,
                    WasConditional = resume?.Validator is not null,
                };
            }
            using (response)
            {
                at = redirects < MostRedirects
                    ? Redirection.Target(at, response.Headers.Location)
                    : throw new FetchException(Printable(address), $"leads from one address to the next, more than {MostRedirects} times; check --endpoint");
            }
            resume = Narrow(resume, sha256);
        }
    }

    /// <summary>An address for messages: what follows the path may be a signature that lets one read the file.</summary>
    public static string Printable(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public void Dispose() => http.Dispose();

    // The checksum that comes with a redirect tells more than the tag of whichever host the file lies on today.
    private static ResumePoint? Narrow(ResumePoint? resume, string? sha256) => sha256 is null || resume?.Sha256 is null ? resume
        : resume.Sha256 == sha256 ? resume with { Validator = null }
        : null;

    private async Task<HttpResponseMessage> Send(Uri address, ResumePoint? resume, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Authorization = Endpoint.Owns(address) ? token?.Header : null;
        if (resume is not null)
        {
            request.Headers.Range = new RangeHeaderValue(resume.Offset, null);
            if (resume.Validator is { } validator)
            {
                request.Headers.TryAddWithoutValidation("If-Range", validator);
            }
        }
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience.Answer);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new PassingFaultException("there is no answer", null, e);
        }
        catch (HttpRequestException e)
        {
            throw Explain(Printable(address), e);
        }
    }

    /// <summary>What a failure before the answer means: whether it may pass, and what to do if not.</summary>
    public static Exception Explain(string address, HttpRequestException e) => e switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError } or { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } => new FetchException(address, "its host cannot be found; check the address and the network, or name a mirror with --endpoint", e),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new FetchException(address, $"there is no secure connection ({(e.InnerException ?? e).Message.TrimEnd('.')}); check the address, and the clock and certificates of this machine", e),
        { HttpRequestError: HttpRequestError.ProxyTunnelError } => new FetchException(address, "the proxy lets nothing through; check HTTPS_PROXY and NO_PROXY", e),
        { HttpRequestError: HttpRequestError.ConnectionError } => new PassingFaultException("cannot be connected to", null, e),
        _ => new PassingFaultException("the connection was lost", null, e),
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
