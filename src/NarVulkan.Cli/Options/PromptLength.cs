using System.Globalization;
using NarVulkan.Text;

namespace NarVulkan.Cli.Options;

/// <summary>Refuses prompts that are too long to be cleaned, by their place: among thousands, nobody finds one by its length.</summary>
internal static class PromptLength
{
    /// <param name="prompt">As typed.</param>
    /// <param name="clean">Whether it will be cleaned; only then there is such a limit.</param>
    /// <param name="place">Where it stands, as the message begins.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public static string Require(string prompt, bool clean, string place) => !clean || prompt.Length <= CaptionCleaner.LongestCaption
        ? prompt
        : throw new InvalidRequestException(string.Create(
            CultureInfo.InvariantCulture,
            $"{place} has {prompt.Length:N0} characters, more than the {CaptionCleaner.LongestCaption:N0} that are cleaned; shorten it, or switch the cleaning off with --no-clean"));
}
