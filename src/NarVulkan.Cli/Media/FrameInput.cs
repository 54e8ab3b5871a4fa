namespace NarVulkan.Cli.Media;

/// <summary>Images, or the frames of clips, from PNG files.</summary>
/// <param name="frames">The pictures in order, each with the file that it comes from.</param>
/// <param name="option">The option that named them, for errors.</param>
internal sealed class FrameInput(IReadOnlyList<(string File, RgbImage Frame)> frames, string option) : IPictureInput
{
    public PixelBatch ToPixels(NarModelInfo info, bool modelSize) => info.Media == NarMedia.Image ? ToImages(info, modelSize) : ToClips(info);

    private PixelBatch ToImages(NarModelInfo info, bool modelSize)
    {
        (string firstFile, RgbImage first) = frames[0];
        int[] grid = PictureInput.GridOf(first.Height, first.Width, firstFile, info, modelSize);
        (string other, RgbImage odd) = frames.FirstOrDefault(entry => entry.Frame.Width != first.Width || entry.Frame.Height != first.Height);
        return odd is null
            ? new PixelBatch(Join(info.Media, 1), frames.Count, grid)
            : throw new InvalidRequestException(
                $"{other}: is {odd.Width}x{odd.Height}, but {firstFile} is {first.Width}x{first.Height}; give images of different sizes in several runs");
    }

    private PixelBatch ToClips(NarModelInfo info)
    {
        foreach ((string file, RgbImage frame) in frames)
        {
            if (frame.Width != info.Width || frame.Height != info.Height)
            {
                throw new InvalidRequestException($"{file}: is {frame.Width}x{frame.Height}, but {info.Name} takes frames of {info.Width}x{info.Height}");
            }
        }
        return frames.Count % info.Frames == 0
            ? new PixelBatch(Join(info.Media, info.Frames), frames.Count / info.Frames, null)
            : throw new InvalidRequestException(
                $"{option} holds {frames.Count} frames, but {info.Name} takes clips of {info.Frames}; give that many, or a multiple");
    }

    private float[] Join(NarMedia media, int framesPerSample)
    {
        RgbImage[] images = frames.Select(entry => entry.Frame).ToArray();
        long length = (long)images.Length * images[0].Pixels.Length;
        if (length > Array.MaxLength)
        {
            throw new InvalidRequestException($"{option} names more pixels than one run can hold; split them over several runs");
        }
        float[] pixels = new float[length];
        int sampleLength = framesPerSample * images[0].Pixels.Length;
        for (int sample = 0; sample * framesPerSample < images.Length; sample++)
        {
            FrameConversion.FromImages(
                images.AsSpan(sample * framesPerSample, framesPerSample), media, pixels.AsSpan(sample * sampleLength, sampleLength));
        }
        return pixels;
    }
}
