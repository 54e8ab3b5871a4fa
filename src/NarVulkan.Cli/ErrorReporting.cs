using NarVulkan.Cli.Fetching;

namespace NarVulkan.Cli;

/// <summary>Turns an exception into one line on standard error and the exit code that belongs to it.</summary>
internal static class ErrorReporting
{
    /// <summary>What every line on stderr begins with.</summary>
    public const string Prefix = "narvk: ";

    private const int LongestLine = 4000;

    public static int Report(Exception exception, CliConsole console, bool verbose)
    {
        (int code, string message) = Describe(exception);
        WriteLine(console, message);
        if (verbose && code != ExitCodes.Cancelled)
        {
            console.Error.WriteLine(exception.ToString());
        }
        return code;
    }

    /// <summary>One line, whatever the message holds: names that came from files or from the command line may hold anything.</summary>
    public static void WriteLine(CliConsole console, string message) => console.Error.WriteLine(Prefix + OneLine(message));

    private static (int Code, string Message) Describe(Exception exception) => exception switch
    {
        CancelledWithWorkKeptException => (ExitCodes.Cancelled, exception.Message),
        OperationCanceledException => (ExitCodes.Cancelled, "cancelled; nothing half-written was left behind"),
        InvalidRequestException => (ExitCodes.WrongUsage, exception.Message),
        ModelFileException => (ExitCodes.ModelFile, exception.Message),
        DeviceException => (ExitCodes.Device, exception.Message),
        NarException or FetchException => (ExitCodes.Failed, exception.Message),
        IOException or UnauthorizedAccessException => (ExitCodes.Failed, exception.Message),
        OutOfMemoryException => (ExitCodes.Failed, "out of memory: ask for fewer samples with --count (or --batch), or fewer classes"),
        _ => (ExitCodes.Failed, $"internal error, {exception.GetType().Name}: {exception.Message} (--verbose shows where)"),
    };

    // Messages of others may have several lines.
    private static string OneLine(string message) => VisibleText.Of(message.ReplaceLineEndings(" ").Trim(), LongestLine);
}
