using System.Diagnostics;

namespace NarVulkan.Cli.Engine;

/// <summary>Starts this program once more, as a child.</summary>
internal static class OwnProcess
{
    /// <inheritdoc cref="IEngine.RunProgram"/>
    public static string Run(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        ProcessStartInfo start = StartInfo();
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start) ?? throw new DeviceException($"{start.FileName} could not be started once more");
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            string output = process.StandardOutput.ReadToEndAsync(cancellation).GetAwaiter().GetResult();
            process.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
            return process.ExitCode == 0 ? output : throw Failure(process.ExitCode, error.GetAwaiter().GetResult().Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // What it said in its one line is what the user did wrong, or lacks: said as if this process had come upon it.
    private static NarException Failure(int code, string error)
    {
        string line = error[(error.LastIndexOf('\n') + 1)..];
        string message = line.StartsWith(ErrorReporting.Prefix, StringComparison.Ordinal) ? line[ErrorReporting.Prefix.Length..] : line;
        return code switch
        {
            2 => new InvalidRequestException(message),
            4 => new DeviceException(message),
            _ => new DeviceException($"a process that was started for timing ended with code {code}: {message}"),
        };
    }

    // The program itself, or the runtime with the program's assembly, as this process was started. Under a test host neither is this process.
    private static ProcessStartInfo StartInfo()
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "narvk.dll");
        string? self = Environment.ProcessPath;
        string name = Path.GetFileNameWithoutExtension(self) ?? "";
        bool own = name.Equals("narvk", StringComparison.OrdinalIgnoreCase);
        ProcessStartInfo start = new(own || name.Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? self! : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (!own)
        {
            start.ArgumentList.Add(assembly);
        }
        return start;
    }
}
