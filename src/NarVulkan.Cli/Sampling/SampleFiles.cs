using System.Globalization;
using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Sampling;

/// <summary>The names of a shard's files.</summary>
internal sealed class SampleFiles
{
    private const string JournalExtension = ".journal";
    private const string NpzExtension = ".npz";

    private readonly SampleSettings settings;

    public SampleFiles(CliConsole console, SampleSettings settings)
    {
        this.settings = settings;
        string suffix = settings.Shard?.Suffix ?? "";
        Npz = settings.Npz is { } typed ? WithSuffix(typed, suffix) : null;
        NpzPath = Npz is null ? null : console.Resolve(Npz);
        FolderPath = settings.Folder is { } folder ? console.Resolve(folder) : null;
        JournalPath = NpzPath is not null ? JournalOf(NpzPath) : Path.Combine(FolderPath!, "samples" + suffix + JournalExtension);
    }

    /// <summary>The array as the user would type it; null for none.</summary>
    public string? Npz { get; }

    /// <summary>The array's full path; null for none.</summary>
    public string? NpzPath { get; }

    /// <summary>Full path of the folder for the pictures; null for none.</summary>
    public string? FolderPath { get; }

    public string JournalPath { get; }

    /// <summary>What the user gets, as they would type it.</summary>
    public IEnumerable<string> Outputs => new[] { Npz, settings.Folder }.OfType<string>();

    /// <summary>The journal of an array's file.</summary>
    public static string JournalOf(string npz) => npz + JournalExtension;

    /// <summary>The picture of a sample, in the folder.</summary>
    public static string PictureName(int sample) => string.Create(CultureInfo.InvariantCulture, $"{sample:D6}.png");

    /// <summary>Those of some samples whose picture is not in the folder, or not written to its end; none where no pictures are asked for.</summary>
    /// <param name="first">Global index of the first.</param>
    /// <param name="end">That behind the last.</param>
    public IReadOnlyList<int> WithoutPicture(int first, int end)
    {
        if (FolderPath is null)
        {
            return [];
        }
        // Asking for one file after the other would take minutes for fifty thousand on a network file system.
        HashSet<string> there = Directory.Exists(FolderPath) ? Directory.EnumerateFiles(FolderPath, "*.png").Select(file => Path.GetFileName(file)).ToHashSet() : [];
        bool[] whole = new bool[end - first];
        Parallel.For(0, whole.Length, i =>
        {
            string name = PictureName(first + i);
            whole[i] = there.Contains(name) && PngEnds.AreThere(Path.Combine(FolderPath, name));
        });
        return Enumerable.Range(first, end - first).Where(sample => !whole[sample - first]).ToList();
    }

    private static string WithSuffix(string path, string suffix) => path.EndsWith(NpzExtension, StringComparison.OrdinalIgnoreCase)
        ? path[..^NpzExtension.Length] + suffix + NpzExtension
        : path + suffix;
}
