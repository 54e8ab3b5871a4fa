namespace NarVulkan.Fuzz;

/// <summary>The kept seeds, <c>tools/Fuzz/corpus/TARGET/*</c>: good files, and files that once were trouble.</summary>
internal static class Corpus
{
    public static string Root { get; } = Find();

    public static string File(string relative) => Path.Combine(Root, relative);

    /// <summary>All seeds of a target, in the order of their names.</summary>
    public static IReadOnlyList<byte[]> Of(string target)
        => [.. Directory.GetFiles(File(target)).Order(StringComparer.Ordinal).Select(System.IO.File.ReadAllBytes)];

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string corpus = Path.Combine(folder.FullName, "tools", "Fuzz", "corpus");
            if (Directory.Exists(corpus))
            {
                return corpus;
            }
        }
        throw new DirectoryNotFoundException($"tools/Fuzz/corpus is in no folder above {AppContext.BaseDirectory}");
    }
}
