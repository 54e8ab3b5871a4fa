using System.Globalization;
using System.Net;

namespace NarVulkan.Cli.Fetching;

/// <summary>What a status other than success means to the user.</summary>
internal static class HubStatus
{
    /// <summary>Throws what belongs to a status that brings no file.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="hub">Who was asked.</param>
    /// <exception cref="FetchException">It will not do better the next time.</exception>
    /// <exception cref="PassingFaultException">It may.</exception>
    public static void Require(HubAnswer answer, HubClient hub)
    {
        int status = (int)answer.Status;
        if (status is 200 or 206)
        {
            return;
        }
        string where = HubClient.Printable(answer.Address);
        throw status switch
        {
            401 => new FetchException(where, hub.HasToken
                ? $"the token in {HubToken.Variable} is not accepted (401); make a new one in your account on the hub"
                : $"wants a token (401), or there is no such repository; set {HubToken.Variable} to one of your account on the hub"),
            403 => new FetchException(where, "access is refused (403); accept the model's terms on its page, "
                + (hub.HasToken ? $"or use a token that may read it" : $"and set {HubToken.Variable} to a token of your account")),
            404 or 410 => new ModelFileException(where, $"there is no such file ({status}); look what the repository has, and name it with --repo, --revision and --file"),
            408 or 425 or 429 or >= 500 => new PassingFaultException(string.Create(CultureInfo.InvariantCulture, $"the server is busy or has a fault ({status})"), answer.RetryAfter),
            _ => new FetchException(where, string.Create(CultureInfo.InvariantCulture, $"answers with status {status}, which a hub does not; check --endpoint")),
        };
    }

    /// <summary>Whether there is no file of that name.</summary>
    public static bool IsMissing(HubAnswer answer) => answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone;
}
