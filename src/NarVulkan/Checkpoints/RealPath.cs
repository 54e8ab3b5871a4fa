namespace NarVulkan.Checkpoints;

/// <summary>Names of files with all links on the way resolved, so that two names of one file are equal.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    public const int MostLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>The full path; what does not exist, and links that lead in circles, are taken as they are.</summary>
    public static string Of(string path) => Of(path, _ => false, link => link.Before < MostLinks);

    /// <summary>The full path, as far as the caller will have it.</summary>
    /// <param name="path">As it was named; it may end in a link.</param>
    /// <param name="isEnd">Whether what is reached is taken as it is, with all that is left of the way.</param>
    /// <param name="follows">Whether a link is followed, or taken as it is.</param>
    public static string Of(string path, Predicate<string> isEnd, Predicate<LinkOnTheWay> follows)
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
            if (isEnd(next))
            {
                return Path.Combine([next, .. rest]);
            }
            if (new FileInfo(next).LinkTarget is { } target && follows(new LinkOnTheWay(next, real, target, links)))
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
