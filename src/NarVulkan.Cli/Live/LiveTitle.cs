using System.Globalization;

namespace NarVulkan.Cli.Live;

/// <summary>What the title bar says.</summary>
internal static class LiveTitle
{
    public static string Loading(string model, double fraction) => string.Create(CultureInfo.InvariantCulture, $"narvk - {model} - loading {fraction:P0}");

    /// <summary>How far a generation has come.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="step">Steps that are complete, of <paramref name="steps"/>.</param>
    /// <param name="tokens">Tokens of each sample, of <paramref name="allTokens"/>.</param>
    /// <param name="time">What it has taken, pauses left out.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="state">paused, or what else there is to say; null for nothing.</param>
    public static string Generating(string model, int step, int steps, int tokens, int allTokens, TimeSpan time, ulong seed, string? state) => string.Create(
        CultureInfo.InvariantCulture,
        $"narvk - {model} - step {step}/{steps} - {tokens}/{allTokens} tokens - {time.TotalSeconds:0.0} s - seed {seed}{(state is null ? "" : " - " + state)}");
}
