using NarVulkan.Decoding;
using NarVulkan.Models;

namespace NarVulkan;

/// <summary>Checks tokens that are to become pixels, and pixels that are to become tokens, before anything reaches the device.</summary>
internal static class PixelCheck
{
    /// <summary>How tokens lie: as asked for, as the tokenizer has them, or as the generator makes them.</summary>
    /// <param name="asked">[rows, columns] or [frames, rows, columns]; null where the model decides.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="generated">The generator's grid; null without one.</param>
    /// <param name="model">The model's name, for errors.</param>
    /// <exception cref="InvalidRequestException">The grid is impossible, not the tokenizer's, or missing.</exception>
    public static TokenGrid Grid(IReadOnlyList<int>? asked, IPixelTokenizer tokenizer, TokenGrid? generated, string model)
    {
        if (asked is null)
        {
            return tokenizer.OwnGrid ?? generated ?? throw new InvalidRequestException($"model {model} takes any grid of tokens; say which one it is.");
        }
        if (asked.Count is < 2 or > 3 || asked.Any(side => side is < 1 or > 1 << 16))
        {
            throw new InvalidRequestException($"a token grid has two or three positive sizes, not [{string.Join(", ", asked)}].");
        }
        var grid = TokenGrid.FromDimensions(asked);
        if (tokenizer.OwnGrid is { } own && own != grid)
        {
            throw new InvalidRequestException($"model {model} has a grid of {own.Frames}x{own.Rows}x{own.Columns} tokens and takes no other.");
        }
        return grid;
    }

    /// <summary>Checks tokens that are to be decoded.</summary>
    public static void Tokens(ReadOnlySpan<int> tokens, int batch, TokenGrid grid, int vocabulary)
    {
        long count = (long)grid.Frames * grid.Rows * grid.Columns;
        if (batch < 1 || tokens.Length != batch * count)
        {
            throw new InvalidRequestException($"{tokens.Length} tokens are not {batch} sample(s) of {count} tokens.");
        }
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
            {
                throw new InvalidRequestException($"token {tokens[i]} at index {i} is not in the codebook (0 to {vocabulary - 1}).");
            }
        }
    }

    /// <summary>Checks pixels that are to be encoded.</summary>
    public static void Pixels(ReadOnlySpan<float> pixels, int batch, PixelShape shape)
    {
        if (batch < 1 || pixels.Length != batch * shape.Values)
        {
            string one = shape.Frames == 1 ? $"{shape.Channels}x{shape.Height}x{shape.Width}" : $"{shape.Channels}x{shape.Frames}x{shape.Height}x{shape.Width}";
            throw new InvalidRequestException($"{pixels.Length} values are not {batch} sample(s) of {one}.");
        }
        foreach (float value in pixels)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidRequestException("the pixels hold values that are not finite numbers.");
            }
        }
    }

    /// <summary>A result array, or a clear error where it would be larger than an array can be.</summary>
    public static float[] Allocate(int samples, long valuesPerSample, string what)
    {
        long values = samples * valuesPerSample;
        return values <= Array.MaxLength
            ? new float[values]
            : throw new InvalidRequestException($"{samples} samples have {values} {what} values, more than one result can hold; ask for fewer samples at a time.");
    }
}
