namespace NarVulkan.Checkpoints;

/// <summary>Names of files with all links on the way resolved, so that two names of one file are equal.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The full path; what does not exist, and links that lead in circles, are taken as they are.</summary>
    public static string Of(string path) => Of(Path.GetFullPath(path), MostLinks);

    private static string Of(string full, int links)
    {
        if (Path.GetDirectoryName(full) is not { } folder)
        {
            return full;
        }
        string path = Path.Combine(Of(folder, links), Path.GetFileName(full));
        FileInfo file = new(path);
        return links > 0 && file.LinkTarget is { } target
            ? Of(Path.GetFullPath(target, Path.GetDirectoryName(path)!), links - 1)
            : path;
    }
}
