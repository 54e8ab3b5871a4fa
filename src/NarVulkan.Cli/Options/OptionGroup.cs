using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Options that stand together in the help text.</summary>
internal sealed record OptionGroup(string Title, params Option[] Options);
