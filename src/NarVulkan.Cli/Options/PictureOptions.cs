using System.CommandLine;
using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Options;

/// <summary>What is written of the samples, where, and in which format.</summary>
internal sealed class PictureOptions
{
    private const int LargestScale = 32;
    private const int FastestPlay = 120;

    public Option<int?> Frames { get; } = OptionKinds.Integer(
        "--frames", "N", "videos: frames to write, up to what the model makes (default: all)", 1, int.MaxValue);

    public Option<string?> Out { get; } = OptionKinds.Text(
        "--out", "PATH", "file or folder to write to; a file's extension chooses the format (default: out/)", "-o");

    public Option<MediaFormat?> Format { get; } = OptionKinds.Choice(
        "--format",
        "images are png; of videos, apng is an animated PNG (the default), png a file per frame; gif, mp4 and webm need ffmpeg",
        ("png", MediaFormat.Png),
        ("apng", MediaFormat.Apng),
        ("gif", MediaFormat.Gif),
        ("mp4", MediaFormat.Mp4),
        ("webm", MediaFormat.WebM));

    public Option<int?> Scale { get; } = OptionKinds.Integer(
        "--scale", "N", "enlarge every pixel N times; 1 (the default) writes the model's exact pixels", 1, LargestScale);

    public Option<int?> FramesPerSecond { get; } = OptionKinds.Integer("--fps", "N", "videos: playing speed (default: 8)", 1, FastestPlay);

    public Option<string?> DumpFrames { get; } = OptionKinds.Text(
        "--dump-frames", "F.npy", "write the decoder's output: float32, unclamped: images [B,3,H,W], about -1..1; videos [B,3,T,H,W], about 0..1");

    public OptionGroup Group => new("Output", Frames, Out, Format, Scale, FramesPerSecond);

    public PictureSettings Read(ParseResult arguments) => new()
    {
        Frames = arguments.GetValue(Frames),
        Out = arguments.GetValue(Out),
        Format = arguments.GetValue(Format),
        Scale = arguments.GetValue(Scale) ?? 1,
        FramesPerSecond = arguments.GetValue(FramesPerSecond),
    };
}
