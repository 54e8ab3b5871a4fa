using System.Diagnostics;
using System.Globalization;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>When this process began: its own Main, and the moment at which a parent started it.</summary>
internal static class StartupClock
{
    /// <summary>Environment variable in which a parent leaves its <see cref="Stopwatch.GetTimestamp"/>, whose clock all processes of a machine share.</summary>
    public const string ParentVariable = "NARVK_STARTED_AT";

    private static long main = Stopwatch.GetTimestamp();

    /// <summary>Notes that Main begins.</summary>
    public static void EnterMain() => main = Stopwatch.GetTimestamp();

    /// <summary>Seconds from the start of the process to its Main; null where no parent said when it started it.</summary>
    public static double? BeforeMain(CliConsole console) => Parent(console) is { } started ? Stopwatch.GetElapsedTime(started, main).TotalSeconds : null;

    /// <summary>Seconds since the start of the process, or since Main.</summary>
    public static double Elapsed(CliConsole console) => Stopwatch.GetElapsedTime(Parent(console) ?? main).TotalSeconds;

    private static long? Parent(CliConsole console) =>
        long.TryParse(console.Environment(ParentVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks <= main ? ticks : null;
}
