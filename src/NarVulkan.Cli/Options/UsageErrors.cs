using System.CommandLine;
using System.CommandLine.Parsing;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Options;

/// <summary>Words what is wrong with a command line, in one line with a suggestion.</summary>
internal static class UsageErrors
{
    private const string Help = " ('narvk --help' lists everything)";

    public static string Explain(ParseResult parsed)
    {
        // An option that is there but wrong says more than what the parser makes of the words after it.
        if (parsed.Errors.FirstOrDefault(error => error.SymbolResult is OptionResult or ArgumentResult) is { } error)
        {
            return ExplainOption(error);
        }
        return parsed.UnmatchedTokens.Count > 0
            ? ExplainUnknown(parsed.UnmatchedTokens[0], parsed.CommandResult.Command)
            : parsed.Errors[0].Message + Help;
    }

    private static string ExplainOption(ParseError error)
    {
        OptionResult? option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        if (option is null || error.Message.StartsWith("--", StringComparison.Ordinal))
        {
            return error.Message;
        }
        string name = option.Option.Name;
        return option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0
            ? $"{name} needs a value{Help}"
            : option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues
                ? $"{name} is given {option.IdentifierTokenCount} times; give it once"
                : error.Message;
    }

    private static string ExplainUnknown(string word, Command command)
    {
        if (word.StartsWith('-'))
        {
            string typed = word.Split('=')[0];
            IEnumerable<string> names = command.Options.Where(option => !option.Hidden).Select(option => option.Name);
            string hint = NearestNames.Hint(typed, names);
            return $"there is no option {typed}{hint}{(hint.Length == 0 ? Help : "")}";
        }
        IEnumerable<string> commands = command.Subcommands.Where(other => !other.Hidden).Select(other => other.Name);
        string commandHint = NearestNames.Hint(word, commands);
        return command.Subcommands.Count > 0
            ? $"'{word}' is neither a command nor the value of an option{commandHint}{(commandHint.Length == 0 ? Help : "")}"
            : $"'{word}' is one word too many for narvk {command.Name} ('narvk {command.Name} --help' lists its options)";
    }
}
