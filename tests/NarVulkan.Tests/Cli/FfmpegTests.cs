using System.Diagnostics;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class FfmpegTests : IDisposable
{
    private readonly CliRunner cli = new();

    public FfmpegTests() => cli.Install("demo-video", classes: FakeEngine.ClassNames);

    public void Dispose() => cli.Dispose();

    [SkippableTheory]
    [InlineData("gif", "GIF89a", 0)]
    [InlineData("mp4", "ftyp", 4)]
    [InlineData("webm", "\u001aEߣ", 0)]
    public void Run_VideoFormat_WritesAFileOfThatKind(string format, string mark, int offset)
    {
        UseRealPath();
        CliResult result = cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--format", format, "--scale", "7");
        Assert.Equal(0, result.Code);
        byte[] file = File.ReadAllBytes(cli.Folder[Assert.Single(result.OutputLines)]);
        byte[] expected = format == "webm" ? [0x1A, 0x45, 0xDF, 0xA3] : System.Text.Encoding.ASCII.GetBytes(mark);
        Assert.Equal(expected, file[offset..(offset + expected.Length)]);
        Assert.Equal([result.OutputLines[0]], cli.Folder.Files.Where(name => !name.StartsWith("program", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void AnimatedPng_DecodedByFfmpeg_HasTheSamePixels()
    {
        UseRealPath();
        IReadOnlyList<RgbImage> clip = Pictures.Clip(5, 31, 17);
        using (FileStream stream = File.Create(cli.Folder["clip.png"]))
        {
            AnimatedPng.Write(stream, clip, 8, [new("Software", "narvk")]);
        }
        using Process process = Process.Start(
            "ffmpeg", ["-v", "error", "-i", cli.Folder["clip.png"], "-f", "rawvideo", "-pix_fmt", "rgb24", cli.Folder["clip.raw"]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(clip.SelectMany(frame => frame.Pixels), File.ReadAllBytes(cli.Folder["clip.raw"]));
    }

    [SkippableFact]
    public void Encode_FfmpegFails_ShowsWhatItSaid()
    {
        UseRealPath();
        Ffmpeg ffmpeg = Ffmpeg.Find(cli.Console(TextWriter.Null, TextWriter.Null), MediaFormat.Mp4);
        OutputFileException error = Assert.Throws<OutputFileException>(() =>
            ffmpeg.Encode(cli.Folder["missing-folder/x"], "clip.mp4", MediaFormat.Mp4, Pictures.Clip(3, 16, 16), 8, "", CancellationToken.None));
        Assert.StartsWith("clip.mp4: ffmpeg failed", error.Message);
        Assert.Contains("No such file or directory", error.Message);
    }

    [SkippableFact]
    public void Run_FfmpegFails_LeavesNothingBehind()
    {
        Skip.If(OperatingSystem.IsWindows(), "the stand-in for ffmpeg is a shell script");
        string program = cli.Folder["tools/ffmpeg"];
        Directory.CreateDirectory(cli.Folder["tools"]);
        File.WriteAllText(program, "#!/bin/sh\necho 'Unknown encoder libx264' >&2\nexit 187\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        cli.Environment["PATH"] = cli.Folder["tools"];
        CliResult result = cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--out", "clip.mp4", "--quiet");
        Assert.Contains("Unknown encoder libx264", result.FailsWith(1));
        Assert.False(File.Exists(cli.Folder["clip.mp4"]));
    }

    private void UseRealPath()
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        Skip.IfNot(path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg"))), "ffmpeg is not on PATH");
        cli.Environment["PATH"] = path;
    }
}
