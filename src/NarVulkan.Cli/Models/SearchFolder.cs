namespace NarVulkan.Cli.Models;

/// <summary>A folder in which model folders are looked for.</summary>
/// <param name="Directory">Full path.</param>
/// <param name="Origin">Why it is looked in, for <c>narvk models</c>.</param>
internal sealed record SearchFolder(string Directory, string Origin)
{
    public bool Exists => System.IO.Directory.Exists(Directory);
}
