namespace NarVulkan.Generation;

/// <summary>
/// Text features as the generator is fed with them: padding rows zero, text moved to the right end where that was asked for.
/// </summary>
/// <remarks>
/// Source: <c>sample_t2i.py</c> of LlamaGen and NAR: with v valid rows the condition is the last Tc - v rows, zeroed, then the v valid ones, and
/// the mask likewise.
/// </remarks>
internal sealed class TextInputs
{
    private readonly int tokens, width;

    private TextInputs(float[] features, uint[] mask, int tokens, int width)
    {
        Features = features;
        Mask = mask;
        this.tokens = tokens;
        this.width = width;
    }

    /// <summary>float32 [samples, tokens, width].</summary>
    public float[] Features { get; }

    /// <summary>uint32 [samples, <see cref="MaskWords"/>]: bit k % 32 of word k / 32 is set where row k is a token of the text.</summary>
    public uint[] Mask { get; }

    /// <summary>Samples.</summary>
    public int Samples => Features.Length / ValuesPerSample;

    /// <summary>Words of a sample's mask.</summary>
    public int MaskWords => WordsFor(tokens);

    /// <summary>Values of a sample's features.</summary>
    public int ValuesPerSample => tokens * width;

    /// <summary>A sample's features, [tokens, width].</summary>
    public ReadOnlySpan<float> FeaturesOf(int sample) => Features.AsSpan(sample * ValuesPerSample, ValuesPerSample);

    /// <summary>A sample's mask.</summary>
    public ReadOnlySpan<uint> MaskOf(int sample) => Mask.AsSpan(sample * MaskWords, MaskWords);

    /// <summary>Words of a mask over <paramref name="tokens"/> rows.</summary>
    public static int WordsFor(int tokens) => (tokens + 31) / 32;

    /// <summary>Lays out features whose sizes were checked.</summary>
    /// <exception cref="InvalidRequestException">A feature is no number, the mask is not made of 0 and 1, or its padding is on neither side.</exception>
    public static TextInputs Create(NarTextCondition text, int samples, int tokens, int width)
    {
        var features = new float[samples * tokens * width];
        var mask = new uint[samples * WordsFor(tokens)];
        for (int sample = 0; sample < samples; sample++)
        {
            var valid = ValidRows(text.Mask, sample, tokens);
            int shift = text.LeftPad ? LeftPadding(valid, sample) : 0;
            for (int row = 0; row < tokens; row++)
            {
                if (!valid[row])
                {
                    continue;
                }
                int to = row + shift;
                var values = text.Features.AsSpan((sample * tokens + row) * width, width);
                RequireFinite(values, sample, row);
                values.CopyTo(features.AsSpan((sample * tokens + to) * width, width));
                mask[sample * WordsFor(tokens) + to / 32] |= 1u << (to % 32);
            }
        }
        return new TextInputs(features, mask, tokens, width);
    }

    private static bool[] ValidRows(int[]? mask, int sample, int tokens)
    {
        var valid = new bool[tokens];
        for (int row = 0; row < tokens; row++)
        {
            int value = mask is null ? 1 : mask[sample * tokens + row];
            valid[row] = value is 0 or 1 ? value == 1 : throw new InvalidRequestException($"the text mask of sample {sample} holds {value} in row {row}; it is made of 0 (padding) and 1.");
        }
        return valid;
    }

    /// <summary>How far the valid rows move to the right, so that they end with the last row.</summary>
    private static int LeftPadding(bool[] valid, int sample)
    {
        int first = Array.IndexOf(valid, true), last = Array.LastIndexOf(valid, true);
        if (first >= 0 && Array.IndexOf(valid, false, first, last - first + 1) >= 0)
        {
            throw new InvalidRequestException($"the text mask of sample {sample} has padding between tokens, so it cannot be padded on the left; ask for the features to be used as they are (--no-left-padding).");
        }
        return first < 0 ? 0 : valid.Length - 1 - last;
    }

    private static void RequireFinite(ReadOnlySpan<float> values, int sample, int row)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidRequestException($"the text features of sample {sample} hold values that are not finite numbers, in row {row}.");
            }
        }
    }
}
