namespace NarVulkan.Cli.Commands;

/// <summary>Refuses, before any work, outputs that would overwrite one another, and files that are folders.</summary>
internal static class OutputChecks
{
    private static readonly StringComparer Comparer =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <param name="console">Resolves paths.</param>
    /// <param name="outputs">Each option that names a file to write, and its path as typed; null where it is not given.</param>
    /// <exception cref="InvalidRequestException">Two of them name the same file, or one that is no <c>--out</c> a folder.</exception>
    public static void RequireDistinct(CliConsole console, params (string Option, string? Path)[] outputs)
    {
        Dictionary<string, string> taken = new(Comparer);
        foreach ((string option, string? path) in outputs)
        {
            if (path is null)
            {
                continue;
            }
            string target = Target(console.Resolve(path));
            if (option != "--out" && Directory.Exists(target))
            {
                throw new InvalidRequestException($"{option} {path}: is a folder; name a file");
            }
            // Devices such as /dev/null take any number of outputs.
            if (!IsDevice(target) && !taken.TryAdd(target, option))
            {
                throw new InvalidRequestException($"{taken[target]} and {option} both name {path}; give each a file of its own");
            }
        }
    }

    // A link is written through, so two names of one file are the same output.
    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing there yet, or a link that leads nowhere: the name itself counts, and writing says what is wrong with it.
            return path;
        }
    }

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
