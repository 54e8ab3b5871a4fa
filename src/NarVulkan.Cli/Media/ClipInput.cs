using System.Globalization;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Media;

/// <summary>Clips that the user gives: a float array, or pictures in order.</summary>
internal sealed class ClipInput
{
    // Decoder output (--dump-frames) and resampling overshoot, by up to half the range; -1..1 and 0..255 are other conventions.
    private const float RangeSlack = 0.75f;

    private readonly NpyArray? array;
    private readonly List<(string File, RgbImage Frame)> frames = [];

    private ClipInput(NpyArray? array) => this.array = array;

    /// <param name="console">Resolves paths.</param>
    /// <param name="files">One .npy, or PNG files in the order of their frames; an animated PNG gives all of its frames.</param>
    /// <exception cref="InvalidRequestException">A file is missing, damaged, or neither PNG nor .npy.</exception>
    public static ClipInput Read(CliConsole console, IReadOnlyList<string> files)
    {
        if (files.Any(IsNpy))
        {
            return files.Count == 1
                ? new ClipInput(NpyFile.Read(console.Resolve(files[0])))
                : throw new InvalidRequestException("--input takes one .npy file, or PNG files; not several .npy files or a mixture");
        }
        ClipInput input = new(null);
        foreach (string file in files)
        {
            input.frames.AddRange(PngReader.Read(console.Resolve(file), file).Frames.Select(frame => (file, frame)));
        }
        return input;
    }

    /// <summary>All clips as float video [batch, 3, frames, height, width] in 0..1, of the size that a tokenizer takes.</summary>
    /// <exception cref="InvalidRequestException">The clips are of another size.</exception>
    public float[] ToVideo(NarModelInfo info, out int batch) => array is not null ? FromArray(array, info, out batch) : FromFrames(info, out batch);

    private static float[] FromArray(NpyArray array, NarModelInfo info, out int batch)
    {
        int[] expected = [3, info.Frames, info.Height, info.Width];
        IReadOnlyList<int> shape = array.Shape;
        bool single = shape.SequenceEqual(expected);
        if (!single && !(shape.Count == 5 && shape[0] > 0 && shape.Skip(1).SequenceEqual(expected)))
        {
            throw new InvalidRequestException(
                $"{array.Path}: has shape [{string.Join(", ", shape)}], but {info.Name} takes [B, {string.Join(", ", expected)}] in 0..1");
        }
        batch = single ? 1 : shape[0];
        float[] video = array.ToFloats();
        if (!Array.TrueForAll(video, float.IsFinite))
        {
            throw new InvalidRequestException($"{array.Path}: holds values that are not finite numbers; pixels are 0..1");
        }
        (float least, float most) = (video.Min(), video.Max());
        return least >= -RangeSlack && most <= 1 + RangeSlack
            ? video
            : throw new InvalidRequestException(string.Create(
                CultureInfo.InvariantCulture, $"{array.Path}: holds values from {least} to {most}, but pixels are 0..1; scale them to that range"));
    }

    private float[] FromFrames(NarModelInfo info, out int batch)
    {
        foreach ((string file, RgbImage frame) in frames)
        {
            if (frame.Width != info.Width || frame.Height != info.Height)
            {
                throw new InvalidRequestException($"{file}: is {frame.Width}x{frame.Height}, but {info.Name} takes frames of {info.Width}x{info.Height}");
            }
        }
        if (frames.Count % info.Frames != 0)
        {
            throw new InvalidRequestException($"--input holds {frames.Count} frames, but {info.Name} takes clips of {info.Frames}; give that many, or a multiple");
        }
        batch = frames.Count / info.Frames;
        int clipLength = 3 * info.Frames * info.Height * info.Width;
        float[] video = new float[checked(batch * clipLength)];
        for (int clip = 0; clip < batch; clip++)
        {
            RgbImage[] images = frames.Skip(clip * info.Frames).Take(info.Frames).Select(entry => entry.Frame).ToArray();
            FrameConversion.FromImages(images, video.AsSpan(clip * clipLength, clipLength));
        }
        return video;
    }

    private static bool IsNpy(string file) => Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase);
}
