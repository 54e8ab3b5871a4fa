namespace NarVulkan.Tests;

/// <summary>Finds the files that tests need, wherever the test assembly was built.</summary>
internal static class TestPaths
{
    /// <summary>The folder that holds <c>NarVulkan.sln</c>.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Full path of a file or folder under <c>tests/fixtures</c>, such as <c>golden/nar-c2v/case.json</c>.</summary>
    public static string Fixture(string relative)
    {
        string path = Path.Combine(RepositoryRoot, "tests", "fixtures", relative);
        return File.Exists(path) || Directory.Exists(path) ? path : throw new FileNotFoundException($"there is no fixture {relative}", path);
    }

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NarVulkan.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"NarVulkan.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
