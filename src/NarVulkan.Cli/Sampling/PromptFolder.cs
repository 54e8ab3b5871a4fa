using System.Globalization;
using System.Text;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// Pictures of many prompts in the folders that GenEval's evaluator reads (github.com/djghosh13/geneval): <c>00000/metadata.jsonl</c>, the prompt's own object,
/// <c>00000/samples/0000.png</c> and so on, and <c>00000/grid.png</c> with all of them. A file is there whole or not at all, and a folder is there once it has a picture.
/// </summary>
/// <param name="root">Full path of the folder.</param>
/// <param name="records">The prompts.</param>
/// <param name="copies">Pictures of each.</param>
/// <param name="shard">The part of the prompts that is made; null: all of them. Other parts' folders are left alone.</param>
/// <param name="sync">Waits for the disk.</param>
internal sealed class PromptFolder(string root, IReadOnlyList<PromptRecord> records, int copies, Shard? shard, IDiskSync sync)
{
    private const string JournalStem = "samples", JournalExtension = ".journal";

    private readonly (int First, int End) prompts = shard?.RangeOf(records.Count) ?? (0, records.Count);

    /// <summary>Of this shard.</summary>
    public string JournalPath => Path.Combine(root, JournalStem + shard?.Suffix + JournalExtension);

    /// <summary>Journals of other shards, and of whole runs, in the same folder.</summary>
    public IEnumerable<string> OtherJournals() => Directory.Exists(root)
        ? Directory.EnumerateFiles(root, JournalStem + "*" + JournalExtension).Where(path => path != JournalPath).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The shard's samples, by global index, whose picture is missing or was not written to its end.</summary>
    public IReadOnlyList<int> Missing()
    {
        bool[] whole = new bool[records.Count * copies];
        Parallel.For(prompts.First, prompts.End, prompt =>
        {
            // Asking for each file would take long on a network file system where there is not even a folder.
            for (int copy = 0; copy < copies && Directory.Exists(FolderOf(prompt)); copy++)
            {
                whole[prompt * copies + copy] = PngEnds.AreThere(PicturePath(prompt * copies + copy));
            }
        });
        return [.. All().Where(sample => !whole[sample])];
    }

    /// <summary>All of the shard's samples, by global index.</summary>
    public IEnumerable<int> All() => Enumerable.Range(prompts.First * copies, (prompts.End - prompts.First) * copies);

    /// <summary>Refuses pictures that are not of this run: an evaluator would count them.</summary>
    /// <exception cref="InvalidRequestException">There is one.</exception>
    public void RequireNothingElse()
    {
        if (!Directory.Exists(root))
        {
            return;
        }
        foreach (string folder in Directory.EnumerateDirectories(root))
        {
            if (NumberOf(Path.GetFileName(folder)) is not { } prompt)
            {
                continue;
            }
            string samples = Path.Combine(folder, "samples");
            string? other = prompt >= records.Count ? folder : !Directory.Exists(samples) ? null
                : Directory.EnumerateFiles(samples, "*.png").FirstOrDefault(file => NumberOf(Path.GetFileNameWithoutExtension(file)) >= copies);
            if (other is not null)
            {
                throw new InvalidRequestException($"{other} is of another run with more prompts or pictures, and an evaluator would count it; remove it, or name another folder with --out");
            }
        }
    }

    private static int? NumberOf(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>The shard's prompts that have all their pictures, but no grid of them or no metadata.</summary>
    public IReadOnlyList<int> Unfinished() => [.. Enumerable.Range(prompts.First, prompts.End - prompts.First).Where(prompt => !MetadataIsThere(prompt) || (copies > 1 && !PngEnds.AreThere(GridPath(prompt))))];

    /// <summary>Writes a picture, and its prompt's metadata before it.</summary>
    /// <param name="sample">Global index.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="text">What it says about itself.</param>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public void Write(int sample, RgbImage picture, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        int prompt = sample / copies;
        WriteMetadata(prompt);
        // The grid is of other pictures from now on.
        Delete(GridPath(prompt));
        AtomicFile.Write(PicturePath(sample), stream => StillPng.Write(stream, picture, text), sync);
    }

    /// <summary>Writes the grid of a prompt that has all its pictures; of one picture there is none.</summary>
    /// <param name="prompt">Which.</param>
    /// <param name="text">What it says about itself.</param>
    /// <exception cref="InvalidRequestException">A picture is damaged.</exception>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public void Finish(int prompt, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        WriteMetadata(prompt);
        if (copies == 1)
        {
            return;
        }
        List<IReadOnlyList<RgbImage>> pictures = [.. Enumerable.Range(prompt * copies, copies).Select(sample => PngReader.Read(PicturePath(sample), PicturePath(sample)).Frames)];
        RgbImage grid = ContactSheet.Compose(pictures);
        AtomicFile.Write(GridPath(prompt), stream => StillPng.Write(stream, grid, text), sync);
    }

    private string FolderOf(int prompt) => Path.Combine(root, prompt.ToString("D5", CultureInfo.InvariantCulture));

    private string PicturePath(int sample) => Path.Combine(FolderOf(sample / copies), "samples", (sample % copies).ToString("D4", CultureInfo.InvariantCulture) + ".png");

    private string GridPath(int prompt) => Path.Combine(FolderOf(prompt), "grid.png");

    private string MetadataPath(int prompt) => Path.Combine(FolderOf(prompt), "metadata.jsonl");

    private byte[] Metadata(int prompt) => Encoding.UTF8.GetBytes(records[prompt].Metadata + "\n");

    private bool MetadataIsThere(int prompt)
    {
        try
        {
            FileInfo file = new(MetadataPath(prompt));
            byte[] expected = Metadata(prompt);
            return file.Exists && file.Length == expected.Length && File.ReadAllBytes(file.FullName).AsSpan().SequenceEqual(expected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void WriteMetadata(int prompt)
    {
        if (!MetadataIsThere(prompt))
        {
            AtomicFile.Write(MetadataPath(prompt), stream => stream.Write(Metadata(prompt)), sync);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            // The grid of the folder that pictures go to, and not of one that a stranger's link leads to.
            File.Delete(OutputPath.ResolveFolderOf(path));
        }
        catch (DirectoryNotFoundException)
        {
            // Then it is not there either.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(path, $"cannot be replaced ({e.Message})", e);
        }
    }
}
