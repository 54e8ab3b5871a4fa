using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Media;

/// <summary>Opens the pictures that the user names.</summary>
internal static class PictureInput
{
    /// <param name="console">Resolves paths.</param>
    /// <param name="files">One .npy, or PNG files: images, or the frames of clips in order. An animated PNG gives all of its frames.</param>
    /// <param name="option">The option that named them, for errors.</param>
    /// <exception cref="InvalidRequestException">A file is missing, damaged, or neither PNG nor .npy.</exception>
    public static IPictureInput Read(CliConsole console, IReadOnlyList<string> files, string option)
    {
        if (files.Any(IsNpy))
        {
            return files.Count == 1
                ? new ArrayInput(NpyFile.Read(console.Resolve(files[0])), files[0])
                : throw new InvalidRequestException($"{option} takes one .npy file, or PNG files; not several .npy files or a mixture");
        }
        return new FrameInput(
            files.SelectMany(file => PngReader.Read(console.Resolve(file), file).Frames.Select(frame => (file, frame))).ToList(), option);
    }

    public static bool IsNpy(string file) => Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>The grid of tokens that an image of this size becomes.</summary>
    /// <param name="height">Pixel rows.</param>
    /// <param name="width">Pixel columns.</param>
    /// <param name="file">Whose size it is, for errors.</param>
    /// <param name="info">The loaded model.</param>
    /// <param name="modelSize">Whether only the size that the generator makes will do.</param>
    /// <exception cref="InvalidRequestException">The tokenizer or the generator does not take that size.</exception>
    public static int[] GridOf(int height, int width, string file, NarModelInfo info, bool modelSize)
    {
        if (modelSize && (height != info.Height || width != info.Width))
        {
            throw new InvalidRequestException(
                $"{file}: is {width}x{height}, but {info.Name} makes images of {info.Width}x{info.Height}; scale or cut it to that size");
        }
        int side = info.PixelsPerToken;
        return height > 0 && width > 0 && height % side == 0 && width % side == 0
            ? [height / side, width / side]
            : throw new InvalidRequestException(
                $"{file}: is {width}x{height}, but {info.Name} takes images whose width and height are multiples of {side}; scale or cut it to such a size");
    }
}
