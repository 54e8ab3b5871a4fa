using System.Globalization;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Media;

/// <summary>Images or clips from a <c>.npy</c> file.</summary>
/// <param name="array">Its contents.</param>
/// <param name="file">Its name as typed.</param>
internal sealed class ArrayInput(NpyArray array, string file) : IPictureInput
{
    // Decoder output (--dump-frames) and resampling overshoot, by up to half the range; 0..255 and the other media's range are other conventions.
    private const float RangeSlack = 0.75f;

    public PixelBatch ToPixels(NarModelInfo info, bool modelSize) => info.Media == NarMedia.Image ? ToImages(info, modelSize) : ToClips(info);

    private PixelBatch ToImages(NarModelInfo info, bool modelSize)
    {
        IReadOnlyList<int> shape = array.Shape;
        if (shape.Count is not (3 or 4) || shape[^3] != 3 || shape[0] < 1)
        {
            throw new InvalidRequestException($"{file}: has shape [{string.Join(", ", shape)}], but {info.Name} takes images: [B, 3, height, width] in -1..1");
        }
        int[] grid = PictureInput.GridOf(shape[^2], shape[^1], file, info, modelSize);
        return new PixelBatch(Values(-1, 1), shape.Count == 3 ? 1 : shape[0], grid);
    }

    private PixelBatch ToClips(NarModelInfo info)
    {
        int[] expected = [3, info.Frames, info.Height, info.Width];
        IReadOnlyList<int> shape = array.Shape;
        bool single = shape.SequenceEqual(expected);
        return single || (shape.Count == 5 && shape[0] > 0 && shape.Skip(1).SequenceEqual(expected))
            ? new PixelBatch(Values(0, 1), single ? 1 : shape[0], null)
            : throw new InvalidRequestException(
                $"{file}: has shape [{string.Join(", ", shape)}], but {info.Name} takes [B, {string.Join(", ", expected)}] in 0..1");
    }

    private float[] Values(int low, int high)
    {
        float[] values = array.ToFloats();
        if (!Array.TrueForAll(values, float.IsFinite))
        {
            throw new InvalidRequestException($"{file}: holds values that are not finite numbers; pixels are {low}..{high}");
        }
        (float least, float most, float slack) = (values.Min(), values.Max(), RangeSlack * (high - low));
        return least >= low - slack && most <= high + slack
            ? values
            : throw new InvalidRequestException(string.Create(
                CultureInfo.InvariantCulture, $"{file}: holds values from {least} to {most}, but pixels are {low}..{high}; scale them to that range"));
    }
}
