using System.Diagnostics;
using System.Globalization;

namespace NarVulkan.Cli.Media;

/// <summary>Encodes clips with the ffmpeg program on the user's PATH: raw frames go in through a pipe.</summary>
internal sealed class Ffmpeg(string program)
{
    private const int LongestComplaint = 300;

    /// <summary>Finds ffmpeg in the folders of <c>PATH</c>.</summary>
    /// <exception cref="InvalidRequestException">It is not there.</exception>
    public static Ffmpeg Find(CliConsole console, MediaFormat format)
    {
        string[] names = OperatingSystem.IsWindows() ? ["ffmpeg.exe"] : ["ffmpeg"];
        IEnumerable<string> folders = (console.Environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string? found = folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return found is not null
            ? new Ffmpeg(found)
            : throw new InvalidRequestException(
                $"--format {format.ToString().ToLowerInvariant()} needs ffmpeg, which is not on PATH; install it, or use --format apng or png");
    }

    /// <summary>Writes a clip to a temporary file, which is replaced. The caller renames it and cleans up.</summary>
    /// <param name="path">The temporary file.</param>
    /// <param name="name">What it is to become, for errors.</param>
    /// <exception cref="OutputFileException">ffmpeg failed; the message ends in what it said.</exception>
    public void Encode(
        string path, string name, MediaFormat format, IReadOnlyList<RgbImage> frames, int framesPerSecond, string comment, CancellationToken cancellation)
    {
        RgbImage first = frames[0];
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", "-y",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{first.Width}x{first.Height}",
            "-r", framesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
            .. CodecArguments(format), "-metadata", "comment=" + comment, path,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using Process process = Process.Start(start) ?? throw new OutputFileException(name, "ffmpeg did not start");
        using CancellationTokenRegistration killer = cancellation.Register(process.Kill);
        process.StandardOutput.Close();
        Task<string> complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        IOException? pipeBroke = Feed(process.StandardInput.BaseStream, frames);
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new OutputFileException(name, $"ffmpeg failed (exit code {process.ExitCode}): {Summary(complaints.Result)}", pipeBroke);
        }
    }

    // When ffmpeg gives up, the pipe breaks; why it did so is on its standard error, and that is what the user needs.
    private static IOException? Feed(Stream pipe, IReadOnlyList<RgbImage> frames)
    {
        try
        {
            using (pipe)
            {
                foreach (RgbImage frame in frames)
                {
                    pipe.Write(frame.Pixels);
                }
            }
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private static string[] CodecArguments(MediaFormat format) => format switch
    {
        // A palette of the clip's own, and no dithering noise between frames where nothing moves.
        MediaFormat.Gif => ["-filter_complex", "[0:v]split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=sierra2_4a:diff_mode=rectangle",
            "-loop", "0", "-f", "gif"],
        // yuv420p plays everywhere, but wants even sides.
        MediaFormat.Mp4 => ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-crf", "14", "-preset", "medium",
            "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4"],
        MediaFormat.WebM => ["-c:v", "libvpx-vp9", "-crf", "18", "-b:v", "0", "-pix_fmt", "yuv420p", "-f", "webm"],
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "is not a format that ffmpeg writes"),
    };

    private static string Summary(string complaints)
    {
        string line = string.Join("; ", complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length switch
        {
            0 => "it did not say why",
            > LongestComplaint => line[..LongestComplaint] + "...",
            _ => line,
        };
    }
}
