namespace NarVulkan.Cli.Output;

/// <summary>Wall-clock seconds of one phase of a command.</summary>
internal readonly record struct Phase(string Name, double Seconds);
