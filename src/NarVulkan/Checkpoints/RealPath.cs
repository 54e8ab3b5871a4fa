namespace NarVulkan.Checkpoints;

/// <summary>Names of files with all links on the way resolved, so that two names of one file are equal.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>The full path; what does not exist, and links that lead in circles, are taken as they are.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        Stack<string> rest = new();
        Push(rest, full[real.Length..]);
        for (int links = 0; rest.TryPop(out string? step);)
        {
            // In the target of a link, where it counts from the folder that is really there, which the text of the path does not tell.
            if (step == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            string next = Path.Combine(real, step);
            if (links < MostLinks && new FileInfo(next).LinkTarget is { } target)
            {
                links++;
                string root = Path.IsPathRooted(target) ? Path.GetPathRoot(Path.GetFullPath(target))! : "";
                real = root.Length > 0 ? root : real;
                Push(rest, Path.IsPathFullyQualified(target) ? target[root.Length..] : target.TrimStart(Separators));
                continue;
            }
            real = next;
        }
        return real;
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string step in path.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".").Reverse())
        {
            rest.Push(step);
        }
    }
}
