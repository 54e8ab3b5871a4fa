using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Commands;

/// <summary>Refuses options of videos for images.</summary>
internal static class PictureChecks
{
    /// <exception cref="InvalidRequestException">An option for videos is given with a model that makes images.</exception>
    public static void RequireFitting(PictureSettings settings, NarMedia media, string model)
    {
        string? option = settings switch
        {
            _ when media == NarMedia.Video => null,
            { Frames: not null } => "--frames",
            { FramesPerSecond: not null } => "--fps",
            { Format: not (null or MediaFormat.Png) and var format } => "--format " + format.ToString()!.ToLowerInvariant(),
            _ => null,
        };
        if (option is not null)
        {
            throw new InvalidRequestException($"{option} is for videos, and {model} makes images, which are written as png; leave it out");
        }
    }

    /// <exception cref="InvalidRequestException">More frames are asked for than the model makes.</exception>
    public static void RequireFrames(PictureSettings settings, NarModelInfo info)
    {
        if (settings.Frames > info.Frames)
        {
            throw new InvalidRequestException($"--frames {settings.Frames} is more than {info.Name} makes: give 1 to {info.Frames}");
        }
    }
}
