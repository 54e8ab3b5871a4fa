using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Output;

/// <summary>Writes images or clips, and the contact sheet of several. A file appears whole or not at all.</summary>
internal sealed class PictureWriter
{
    /// <summary>Playing speed of clips, where none is asked for.</summary>
    public const int DefaultFramesPerSecond = 8;

    private const int MostOnSheet = 100;

    private readonly CliConsole console;
    private readonly PictureSettings settings;
    private readonly PictureFiles files;
    private readonly Ffmpeg? ffmpeg;

    /// <exception cref="InvalidRequestException">The output cannot be what was asked for, or ffmpeg is needed and missing.</exception>
    public PictureWriter(CliConsole console, PictureSettings settings, NarMedia media)
    {
        this.console = console;
        this.settings = settings;
        files = PictureFiles.Choose(settings, media, console);
        ffmpeg = files.Format is MediaFormat.Gif or MediaFormat.Mp4 or MediaFormat.WebM ? Ffmpeg.Find(console, files.Format) : null;
    }

    /// <summary>The paths of all files written, relative ones as the user would type them.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public IReadOnlyList<string> Write(PictureBatch batch, CancellationToken cancellation) => Write(batch, batch.Unfinished?.NamePart ?? "", cancellation);

    /// <summary>As <see cref="Write(PictureBatch, CancellationToken)"/>, but no file is replaced: where one is there, all get a number more in their names.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public IReadOnlyList<string> WriteBesideOthers(PictureBatch batch, CancellationToken cancellation)
    {
        string ending = batch.Unfinished?.NamePart ?? "", free = ending;
        for (int copy = 2; PathsOf(batch, free).Any(path => Path.Exists(console.Resolve(path))); copy++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{ending}-{copy}");
        }
        return Write(batch, free, cancellation);
    }

    private IReadOnlyList<string> PathsOf(PictureBatch batch, string ending)
    {
        int frames = settings.Frames ?? batch.Frames;
        IEnumerable<string> pictures = files.NamesOf(batch.Model, batch.Labels, batch.Seed, ending)
            .SelectMany(name => files.FilePerFrame ? Enumerable.Range(0, frames).Select(frame => files.Frame(name, frame, frames)) : [files.Whole(name)]);
        return [.. pictures, .. batch.Labels.Count > 1 ? [files.Sheet(batch.Model, batch.Seed, ending)] : Array.Empty<string>()];
    }

    private List<string> Write(PictureBatch batch, string ending, CancellationToken cancellation)
    {
        List<string> written = [];
        IReadOnlyList<string> names = files.NamesOf(batch.Model, batch.Labels, batch.Seed, ending);
        List<IReadOnlyList<RgbImage>> samples = [];
        for (int i = 0; i < batch.Labels.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<RgbImage> sample = FrameConversion.ToImages(
                batch.Pixels, batch.Media, i, batch.Frames, batch.Height, batch.Width, settings.Frames ?? batch.Frames);
            if (i < MostOnSheet)
            {
                samples.Add(sample);
            }
            List<RgbImage> frames = sample.Select(frame => frame.Enlarge(settings.Scale)).ToList();
            written.AddRange(WriteSample(names[i], frames, PngText.For(batch, i), cancellation));
        }
        if (samples.Count > 1)
        {
            string path = files.Sheet(batch.Model, batch.Seed, ending);
            RgbImage sheet = ContactSheet.Compose(samples);
            AtomicFile.Write(console.Resolve(path), stream => StillPng.Write(stream, sheet, PngText.For(batch, null)));
            written.Add(path);
        }
        return written;
    }

    private IReadOnlyList<string> WriteSample(
        string name, IReadOnlyList<RgbImage> frames, IReadOnlyList<KeyValuePair<string, string>> text, CancellationToken cancellation)
    {
        if (files.FilePerFrame)
        {
            return WriteFrames(frames.Select((_, i) => files.Frame(name, i, frames.Count)).ToList(), frames, text, cancellation);
        }
        string path = files.Whole(name);
        if (ffmpeg is not null)
        {
            EncodeVideo(console.Resolve(path), frames, string.Join("; ", text.Select(entry => $"{entry.Key}: {entry.Value}")), cancellation);
            return [path];
        }
        if (frames.Count == 1)
        {
            return [WritePicture(path, frames[0], text)];
        }
        AtomicFile.Write(console.Resolve(path), stream => AnimatedPng.Write(stream, frames, settings.FramesPerSecond ?? DefaultFramesPerSecond, text));
        return [path];
    }

    private string WritePicture(string path, RgbImage picture, IReadOnlyList<KeyValuePair<string, string>> text)
    {
        AtomicFile.Write(console.Resolve(path), stream => StillPng.Write(stream, picture, text));
        return path;
    }

    // All frames are written aside before the first is put in its place: an incomplete clip leaves nothing, and what was there stays.
    private IReadOnlyList<string> WriteFrames(
        IReadOnlyList<string> paths, IReadOnlyList<RgbImage> frames, IReadOnlyList<KeyValuePair<string, string>> text, CancellationToken cancellation)
    {
        string folder = Path.GetDirectoryName(console.Resolve(paths[0]))!;
        bool existed = Directory.Exists(folder);
        List<AtomicFile> written = [];
        try
        {
            for (int i = 0; i < frames.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                using MemoryStream bytes = new();
                StillPng.Write(bytes, frames[i], text);
                AtomicFile file = AtomicFile.Create(console.Resolve(paths[i]));
                written.Add(file);
                file.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            }
            cancellation.ThrowIfCancellationRequested();
            written.ForEach(file => file.Commit());
            return paths;
        }
        finally
        {
            written.ForEach(file => file.Dispose());
            if (!existed && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    // ffmpeg seeks in what it writes, so it gets a file of its own, whose bytes then take the way that all files take.
    private void EncodeVideo(string path, IReadOnlyList<RgbImage> frames, string comment, CancellationToken cancellation)
    {
        // In a folder that is closed to others, since it is ffmpeg that decides how it opens the file and who may read it.
        string folder = Directory.CreateTempSubdirectory("narvk-").FullName, temporary = Path.Combine(folder, "clip.tmp");
        UnfinishedFiles.OfThisProcess.Add(temporary);
        try
        {
            ffmpeg!.Encode(temporary, path, files.Format, frames, settings.FramesPerSecond ?? DefaultFramesPerSecond, comment, cancellation);
            AtomicFile.Write(path, stream =>
            {
                using FileStream encoded = File.OpenRead(temporary);
                encoded.CopyTo(stream);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            UnfinishedFiles.OfThisProcess.Remove(temporary);
        }
    }
}
