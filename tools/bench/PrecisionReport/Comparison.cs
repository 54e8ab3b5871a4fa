namespace PrecisionReport;

/// <summary>
/// How far a run with rounded weights goes along with the exact one. Tokens are taken in order of generation: up to the first that
/// differs, both runs have seen the same, so that their logits can be compared.
/// </summary>
/// <param name="Samples">Samples in all.</param>
/// <param name="EqualSamples">Samples all of whose tokens are equal.</param>
/// <param name="EqualTokens">Tokens, over all samples, that are equal and had only equal ones before them.</param>
/// <param name="LargestError">Largest difference of a logit over those tokens.</param>
/// <param name="RelativeError">Over those tokens and the first that differ: root of the errors' mean square, over the standard deviation of the exact logits of a token.</param>
/// <param name="First">The difference that comes first in order of generation; null where there is none.</param>
internal sealed record Comparison(int Samples, int EqualSamples, int EqualTokens, double LargestError, double RelativeError, Difference? First)
{
    /// <summary>Compares logits [samples, tokens, vocabulary], order of generation, of greedy runs.</summary>
    public static Comparison Of(ReadOnlySpan<float> exact, ReadOnlySpan<float> rounded, int samples, int tokens, int vocabulary)
    {
        int equal = 0, equalTokens = 0;
        double largest = 0, errors = 0, spread = 0;
        Difference? first = null;
        for (int sample = 0; sample < samples; sample++)
        {
            int token = 0;
            for (; token < tokens; token++)
            {
                int row = (sample * tokens + token) * vocabulary;
                var a = exact.Slice(row, vocabulary);
                var b = rounded.Slice(row, vocabulary);
                double error = LargestDifference(a, b);
                errors += SquaredError(a, b);
                spread += SquaredSpread(a);
                int chosen = Argmax(a), other = Argmax(b);
                if (chosen != other)
                {
                    if (first is null || token < first.Token)
                    {
                        first = new Difference(token, Margin(a, chosen), error, Math.Abs(b[chosen] - (double)a[chosen]) + Math.Abs(b[other] - (double)a[other]));
                    }
                    break;
                }
                largest = Math.Max(largest, error);
            }
            equalTokens += token;
            equal += token == tokens ? 1 : 0;
        }
        return new Comparison(samples, equal, equalTokens, largest, Math.Sqrt(errors / spread), first);
    }

    private static int Argmax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }
        return best;
    }

    /// <summary>The largest logit minus the second largest.</summary>
    private static double Margin(ReadOnlySpan<float> logits, int best)
    {
        double second = double.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            second = i == best ? second : Math.Max(second, logits[i]);
        }
        return logits[best] - second;
    }

    private static double SquaredError(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = a[i] - (double)b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>Squared distances of logits from their mean: what all of them have in common changes no choice.</summary>
    private static double SquaredSpread(ReadOnlySpan<float> logits)
    {
        double sum = 0, squares = 0;
        foreach (float logit in logits)
        {
            sum += logit;
            squares += logit * (double)logit;
        }
        return squares - sum * sum / logits.Length;
    }

    private static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i] - (double)b[i]));
        }
        return largest;
    }
}
