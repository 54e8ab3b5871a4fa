using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Whether it is watched while it grows.</summary>
internal sealed class LiveOptions
{
    public Option<bool> Live { get; } = OptionKinds.Flag(
        "--live", "watch it in a window: space pauses, right arrow steps, R takes a new seed, S saves, Esc closes");

    public OptionGroup Group => new("Watching", Live);
}
