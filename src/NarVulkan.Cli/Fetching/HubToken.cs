using System.Net.Http.Headers;

namespace NarVulkan.Cli.Fetching;

/// <summary>What lets one read a model that is not open to everybody. Goes to the endpoint's own host and nowhere else; nothing prints it.</summary>
internal sealed class HubToken
{
    /// <summary>The environment variable that holds it.</summary>
    public const string Variable = "HF_TOKEN";

    private readonly string secret;

    private HubToken(string secret) => this.secret = secret;

    /// <summary>The token of the environment; null where there is none.</summary>
    /// <exception cref="InvalidRequestException">It has characters that no token has.</exception>
    public static HubToken? Read(CliConsole console)
    {
        string? text = console.Environment(Variable)?.Trim();
        return string.IsNullOrEmpty(text) ? null
            : text.All(c => c is > ' ' and < '\u007f') ? new HubToken(text)
            : throw new InvalidRequestException($"{Variable}: has a space or a character that no token has; copy the token again, and nothing but the token");
    }

    public AuthenticationHeaderValue Header => new("Bearer", secret);

    public override string ToString() => $"({Variable})";
}
