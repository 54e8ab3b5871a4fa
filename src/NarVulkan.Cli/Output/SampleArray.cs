using NarVulkan.Cli.Media;

namespace NarVulkan.Cli.Output;

/// <summary>Samples as evaluators read them: uint8 [N,H,W,3] for images, as for ADM's; [N,T,H,W,3] for clips, as video (FVD) evaluators take them.</summary>
internal static class SampleArray
{
    /// <summary>The shape of an array of so many samples.</summary>
    public static IReadOnlyList<int> ShapeOf(NarModelInfo info, int samples) => info.Media == NarMedia.Image
        ? [samples, info.Height, info.Width, RgbImage.Channels]
        : [samples, info.Frames, info.Height, info.Width, RgbImage.Channels];

    /// <summary>One sample of decoder output [N,3,T,H,W] as its pictures: one of an image, all frames of a clip.</summary>
    public static IReadOnlyList<RgbImage> Pictures(NarModelInfo info, ReadOnlySpan<float> frames, int sample) =>
        FrameConversion.ToImages(frames, info.Media, sample, info.Frames, info.Height, info.Width, info.Frames);

    /// <summary>Writes so many samples of decoder output [N,3,T,H,W] as an <c>.npz</c> file.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, NarModelInfo info, float[] frames, int samples, CancellationToken cancellation) =>
        NpzFile.Write(path, ShapeOf(info, samples), write =>
        {
            for (int sample = 0; sample < samples; sample++)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (RgbImage picture in Pictures(info, frames, sample))
                {
                    write(picture.Pixels);
                }
            }
        });
}
