using System.CommandLine;
using System.CommandLine.Parsing;

namespace NarVulkan.Cli.Options;

/// <summary>
/// Finds options that stand where another one's text should. The parser hands over whatever comes next, the next option included. What is tied to the
/// option's name, <c>--prompt=--like this</c>, is meant.
/// </summary>
internal static class SwallowedOptions
{
    /// <param name="parsed">The command line.</param>
    /// <param name="words">Its words as they were typed.</param>
    /// <exception cref="InvalidRequestException">A text begins with two dashes, and is not tied to its option.</exception>
    public static void Refuse(ParseResult parsed, IReadOnlyList<string> words)
    {
        foreach (OptionResult result in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (result.Option is Option<string?> option
                && result.Tokens is [{ Value: var text }, ..]
                && text.StartsWith("--", StringComparison.Ordinal)
                && !option.Aliases.Append(option.Name).Any(name => words.Contains($"{name}={text}") || words.Contains($"{name}:{text}")))
            {
                throw new InvalidRequestException($"{option.Name} needs a value, but {text} follows (if that is the value: {option.Name}={text})");
            }
        }
    }
}
