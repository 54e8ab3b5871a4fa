using System.CommandLine;
using System.CommandLine.Parsing;

namespace NarVulkan.Cli.Options;

/// <summary>Refuses options that say nothing beside another, so that none is silently ignored.</summary>
internal static class OptionRules
{
    /// <exception cref="InvalidRequestException">One of them is given.</exception>
    public static void Refuse(ParseResult arguments, IEnumerable<Option> options, string reason)
    {
        foreach (Option option in options)
        {
            if (arguments.GetResult(option) is OptionResult { Implicit: false })
            {
                throw new InvalidRequestException($"{option.Name} {reason}");
            }
        }
    }
}
