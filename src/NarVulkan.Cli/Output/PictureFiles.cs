using System.Globalization;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Output;

/// <summary>Decides the format of the images or clips and the names of their files from <c>--out</c> and <c>--format</c>.</summary>
internal sealed class PictureFiles
{
    private const string DefaultFolder = "out";

    private static readonly Dictionary<string, MediaFormat> FormatsByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = MediaFormat.Apng,
        [".apng"] = MediaFormat.Apng,
        [".gif"] = MediaFormat.Gif,
        [".mp4"] = MediaFormat.Mp4,
        [".webm"] = MediaFormat.WebM,
    };

    private readonly string folder;
    private readonly string? stem;
    private readonly string extension;

    private PictureFiles(MediaFormat format, NarMedia media, string folder, string? stem, string extension)
    {
        Format = format;
        FilePerFrame = format == MediaFormat.Png && media == NarMedia.Video;
        this.folder = folder;
        this.stem = stem;
        this.extension = extension;
    }

    public MediaFormat Format { get; }

    /// <summary>Whether every frame of a clip is a file of its own.</summary>
    public bool FilePerFrame { get; }

    /// <exception cref="InvalidRequestException">The extension and the format contradict one another, or there is no such format for this media.</exception>
    public static PictureFiles Choose(PictureSettings settings, NarMedia media, CliConsole console)
    {
        MediaFormat format = settings.Format ?? (media == NarMedia.Image ? MediaFormat.Png : MediaFormat.Apng);
        string path = settings.Out ?? DefaultFolder;
        string extension = Path.GetExtension(path);
        bool isFolder = Path.EndsInDirectorySeparator(path) || (path.Length > 0 && Directory.Exists(console.Resolve(path)));
        if (isFolder && !Path.EndsInDirectorySeparator(path) && FormatsByExtension.ContainsKey(extension))
        {
            throw new InvalidRequestException($"--out: {path} is a folder, but its name is that of a file; name another file, or end the folder's name in '/'");
        }
        if (settings.Out is null || extension.Length == 0 || isFolder)
        {
            return new PictureFiles(format, media, path, null, ExtensionOf(format));
        }
        if (!FormatsByExtension.TryGetValue(extension, out MediaFormat byExtension))
        {
            string formats = media == NarMedia.Image ? ".png" : string.Join(", ", FormatsByExtension.Keys);
            throw new InvalidRequestException($"--out: {extension} is no format that can be written; use {formats}, or end a folder's name in '/'");
        }
        bool isPng = extension.Equals(".png", StringComparison.OrdinalIgnoreCase);
        if (media == NarMedia.Image)
        {
            return isPng
                ? new PictureFiles(format, media, Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path), extension)
                : throw new InvalidRequestException($"--out: {extension} is a format for videos, and this model makes images; use .png, or end a folder's name in '/'");
        }
        bool agrees = settings.Format is null || format == byExtension || (format == MediaFormat.Png && isPng);
        if (!agrees)
        {
            throw new InvalidRequestException($"--out ends in {extension}, but --format is {format.ToString().ToLowerInvariant()}; make them agree, or leave --format out");
        }
        return new PictureFiles(
            settings.Format ?? byExtension, media, Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path), extension);
    }

    /// <summary>A name without folder and extension for each sample; no two are equal.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="labels">What each sample shows: its class's name, or another word.</param>
    /// <param name="seed">The seed, or null where chance plays no part.</param>
    /// <param name="ending">What else tells these files from others; before the numbers of samples.</param>
    public IReadOnlyList<string> NamesOf(string model, IReadOnlyList<string> labels, ulong? seed, string ending = "")
    {
        if (stem is not null)
        {
            return labels.Count == 1 ? [stem + ending] : Enumerable.Range(0, labels.Count).Select(i => $"{stem}{ending}-{Number(i, labels.Count)}").ToList();
        }
        Dictionary<string, int> totals = labels.GroupBy(Safe).ToDictionary(group => group.Key, group => group.Count());
        Dictionary<string, int> used = [];
        List<string> names = [];
        foreach (string label in labels.Select(Safe))
        {
            int copy = used[label] = used.GetValueOrDefault(label, -1) + 1;
            string index = totals[label] > 1 ? "-" + Number(copy, totals[label]) : "";
            names.Add($"{Safe(model)}-{label}{SeedPart(seed)}{ending}{index}");
        }
        return names;
    }

    /// <summary>The image or clip of that name.</summary>
    public string Whole(string name) => Path.Combine(folder, name + extension);

    /// <summary>One frame of the clip of that name, where each frame is a file: a folder for each clip, unless a file was named.</summary>
    public string Frame(string name, int frame, int frameCount) => stem is null
        ? Path.Combine(folder, name, $"frame-{Number(frame, frameCount)}{extension}")
        : frameCount == 1 ? Whole(name)
        : Path.Combine(folder, $"{name}-{Number(frame, frameCount)}{extension}");

    /// <summary>The contact sheet.</summary>
    public string Sheet(string model, ulong? seed, string ending = "") =>
        Path.Combine(folder, (stem is null ? $"{Safe(model)}-sheet{SeedPart(seed)}{ending}" : $"{stem}{ending}-sheet") + ".png");

    private static string SeedPart(ulong? seed) => seed is { } value ? string.Create(CultureInfo.InvariantCulture, $"-seed{value}") : "";

    private static string ExtensionOf(MediaFormat format) => format switch
    {
        MediaFormat.Gif => ".gif",
        MediaFormat.Mp4 => ".mp4",
        MediaFormat.WebM => ".webm",
        _ => ".png",
    };

    private static string Number(int index, int count) =>
        index.ToString(CultureInfo.InvariantCulture).PadLeft((count - 1).ToString(CultureInfo.InvariantCulture).Length, '0');

    // Names come from model folders: nothing in them may lead out of the output folder.
    private static string Safe(string name)
    {
        string safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).TrimStart('.');
        return safe.Length == 0 ? "_" : safe[..Math.Min(safe.Length, 80)];
    }
}
