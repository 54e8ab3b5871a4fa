namespace NarVulkan.Cli.Fetching;

/// <summary>The address of a hub or of a mirror of one, and the addresses that follow from it.</summary>
internal sealed class HubEndpoint
{
    private readonly Uri root;

    private HubEndpoint(Uri root) => this.root = root;

    /// <param name="text">An address such as https://hub.example or http://127.0.0.1:8080/mirror.</param>
    /// <param name="origin">Where it comes from, for messages.</param>
    /// <exception cref="InvalidRequestException">It is no address of a hub.</exception>
    public static HubEndpoint Parse(string text, string origin)
    {
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw new InvalidRequestException($"{origin}: '{WithoutUser(text)}' is no address of a hub; give one such as https://hub.example");
        }
        // A password in an address ends up in logs and in error messages.
        return uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            ? throw new InvalidRequestException($"{origin}: the address must have no user, query or fragment; a token belongs in {HubToken.Variable}")
            : new HubEndpoint(uri);
    }

    /// <summary>Scheme, host and port: what a token is for, and what a validator is of.</summary>
    public string Authority => root.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether what is sent there may be read on the way.</summary>
    public bool IsOpen => root.Scheme != "https" && !root.IsLoopback;

    /// <summary>Whether an address is on the endpoint itself, and not on a host that it sends one to.</summary>
    public bool Owns(Uri uri) => uri.GetLeftPart(UriPartial.Authority) == Authority;

    public Uri FileAddress(string repository, string revision, string path) => new(root, $"{repository}/resolve/{revision}/{path}");

    public Uri ListingAddress(string repository, string revision) => new(root, $"api/models/{repository}/tree/{revision}");

    /// <summary>A page for people to read.</summary>
    public Uri PageAddress(string page) => new(root, page);

    public override string ToString() => root.ToString().TrimEnd('/');

    private static string WithoutUser(string text) => text.Contains('@') ? "..." + text[text.LastIndexOf('@')..] : text;
}
