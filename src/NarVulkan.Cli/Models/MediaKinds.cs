using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Models;

/// <summary>Images and videos: which of them a model folder is for, and what they are called.</summary>
internal static class MediaKinds
{
    /// <summary>What the folder's tokens become; null for a text encoder alone.</summary>
    public static NarMedia? MediaOf(this ModelFolder folder) => folder switch
    {
        { Generator: { } generator } => generator.Architecture.IsVideo() ? NarMedia.Video : NarMedia.Image,
        { Tokenizer: { } tokenizer } => tokenizer.MediaOf(),
        _ => null,
    };

    /// <summary>What the tokenizer takes and gives.</summary>
    public static NarMedia MediaOf(this TokenizerDescription tokenizer) => tokenizer.Kind == TokenizerKind.Larp ? NarMedia.Video : NarMedia.Image;

    /// <summary>The tokenizer's kind as a model folder names it.</summary>
    public static string KindName(this TokenizerDescription tokenizer) => tokenizer.Kind.ToString().ToLowerInvariant();

    /// <summary>The option that names models of this kind.</summary>
    public static string OptionName(this NarMedia media) => media == NarMedia.Image ? "--image" : "--video";

    /// <summary>Several samples of this kind, in a word.</summary>
    public static string Plural(this NarMedia media) => media == NarMedia.Image ? "images" : "videos";

    /// <summary>A number of samples of this kind, such as "1 image", "3 clips".</summary>
    public static string Count(this NarMedia media, int samples)
    {
        string word = media == NarMedia.Image ? "image" : "clip";
        return samples == 1 ? "1 " + word : $"{samples} {word}s";
    }

    /// <summary>Shape of decoder output without the samples: [3, height, width], for videos [3, frames, height, width].</summary>
    public static int[] ShapeOf(this NarMedia media, int frames, int height, int width) => media == NarMedia.Image ? [3, height, width] : [3, frames, height, width];
}
