namespace NarVulkan.Cli;

/// <summary>What the process returns. Scripts rely on these numbers.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int ModelFile = 3;
    public const int Device = 4;
    public const int Cancelled = 130;
}
