using NarVulkan.Decoding;

namespace NarVulkan.Reference;

/// <summary>
/// Twin of <c>shaders/sample.comp</c>: the same integer weights and the same draw, with the thresholds found by
/// sorting instead of radix selection, so that the two check each other.
/// </summary>
internal static class SampleReference
{
    private const uint NegativeInfinityKey = 0x007FFFFF;
    private const uint PositiveInfinityKey = 0xFF800000;
    private const uint WeightOne = 0x80000000;

    /// <summary>Draws a token from a row of logits.</summary>
    /// <param name="rasterPosition">Raster position of the token: first word of the generator's counter.</param>
    /// <param name="stream">The sample's random stream: second word.</param>
    public static int Draw(ReadOnlySpan<float> logits, in SamplingParameters parameters, uint rasterPosition, uint stream)
    {
        var random = PhiloxReference.Generate((rasterPosition, stream, 0, 0), (parameters.SeedLow, parameters.SeedHigh)).X;
        return Pick(Weights(logits, parameters), random);
    }

    /// <summary>The first index whose inclusive cumulative weight exceeds total * random / 2^32, rounded down.</summary>
    public static int Pick(ReadOnlySpan<uint> weights, uint random)
    {
        var total = Total(weights);
        var target = Scale(total, random);
        ulong cumulative = 0;
        for (var index = 0; index < weights.Length; index++)
        {
            cumulative += weights[index];
            if (cumulative > target)
            {
                return index;
            }
        }

        throw new InvalidOperationException($"the draw {target} lies beyond the total mass {total}");
    }

    /// <summary>The distribution that <see cref="Draw"/> draws from.</summary>
    public static float[] Probabilities(ReadOnlySpan<float> logits, in SamplingParameters parameters)
    {
        var weights = Weights(logits, parameters);
        var total = (double)Total(weights);
        return Array.ConvertAll(weights, weight => (float)(weight / total));
    }

    /// <summary>
    /// Per entry, its weight in units of 2^-31 of the largest one; 0 where top-k or top-p drop it. Greedy
    /// sampling leaves the largest entry alone, the lowest index first.
    /// </summary>
    public static uint[] Weights(ReadOnlySpan<float> logits, in SamplingParameters parameters)
    {
        var keys = new uint[logits.Length];
        for (var index = 0; index < logits.Length; index++)
        {
            keys[index] = KeyOf(logits[index]);
        }

        var weights = new uint[keys.Length];
        var largest = keys.Max();
        if (parameters.Greedy != 0 || largest == NegativeInfinityKey)
        {
            weights[Array.IndexOf(keys, largest)] = WeightOne;
            return weights;
        }

        for (var index = 0; index < keys.Length; index++)
        {
            weights[index] = WeightOf(keys[index], largest, parameters.Base2LogitScale);
        }

        var floor = Floor(keys, weights, parameters);
        for (var index = 0; index < keys.Length; index++)
        {
            weights[index] = keys[index] >= floor ? weights[index] : 0;
        }

        return weights;
    }

    // The lowest key that top-k and then top-p keep.
    private static uint Floor(uint[] keys, uint[] weights, in SamplingParameters parameters)
    {
        var sortedKeys = (uint[])keys.Clone();
        var sortedWeights = (uint[])weights.Clone();
        Array.Sort(sortedKeys, sortedWeights);
        Array.Reverse(sortedKeys);
        Array.Reverse(sortedWeights);

        var kept = sortedKeys.Length;
        if (parameters.TopK != 0 && parameters.TopK < kept)
        {
            var last = sortedKeys[parameters.TopK - 1];
            kept = Array.LastIndexOf(sortedKeys, last) + 1; // everything equal to the k-th value stays
        }

        if (parameters.TopPOn != 0)
        {
            var limit = Scale(Total(sortedWeights.AsSpan(0, kept)), parameters.TopPFraction);
            ulong above = 0;
            var end = 0;
            while (end < kept && above <= limit)
            {
                var value = sortedKeys[end];
                for (; end < kept && sortedKeys[end] == value; end++) // equal values share their fate
                {
                    above += sortedWeights[end];
                }
            }

            kept = end;
        }

        return sortedKeys[kept - 1];
    }

    // The logit's bits, mapped so that unsigned order is numeric order; -0 = +0, NaN = -infinity.
    private static uint KeyOf(float logit)
    {
        var bits = BitConverter.SingleToUInt32Bits(float.IsNaN(logit) ? float.NegativeInfinity : logit == 0f ? 0f : logit);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    private static float LogitOf(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x80000000) != 0 ? key ^ 0x80000000 : ~key);

    private static uint WeightOf(uint key, uint largest, float base2LogitScale)
    {
        if (key == largest)
        {
            return WeightOne;
        }

        if (key == NegativeInfinityKey || largest == PositiveInfinityKey)
        {
            return 0;
        }

        var halfGap = MathF.Min(LogitOf(largest) * 0.5f - LogitOf(key) * 0.5f, 1e30f);
        var exponent = MathF.Min(halfGap * base2LogitScale * 2f, 63f);
        return FixedExp2Reference.Negative((uint)(exponent * 67108864f));
    }

    private static ulong Total(ReadOnlySpan<uint> weights)
    {
        ulong total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        return total;
    }

    // floor(value * fraction / 2^32)
    private static ulong Scale(ulong value, uint fraction) => (ulong)(((UInt128)value * fraction) >> 32);
}
