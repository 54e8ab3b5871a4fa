using System.Net;

namespace NarVulkan.Cli.Fetching;

/// <summary>Which redirects there are, and which are followed.</summary>
internal static class Redirection
{
    public static bool Is(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Where a redirect leads.</summary>
    /// <param name="from">The address that answered.</param>
    /// <param name="location">What it answered; may be relative.</param>
    /// <exception cref="FetchException">It leads nowhere, or from a secure connection to an open one.</exception>
    public static Uri Target(Uri from, Uri? location)
    {
        if (location is null || location.OriginalString.Any(VisibleText.IsHidden) || !Uri.TryCreate(from, location, out Uri? to) || to.Scheme is not ("http" or "https") || to.UserInfo.Length > 0)
        {
            throw new FetchException(HubClient.Printable(from), "leads to an address that is none; check --endpoint");
        }
        // From this machine to this machine nobody listens in.
        bool isSafe = to.Scheme == "https" || from.Scheme == "http" || (from.IsLoopback && to.IsLoopback);
        return isSafe ? to : throw new FetchException(
            HubClient.Printable(from), $"leads from a secure connection to an open one ({HubClient.Printable(to)}), which is not followed");
    }
}
