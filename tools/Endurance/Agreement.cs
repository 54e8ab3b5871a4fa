using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Reference;

namespace NarVulkan.Endurance;

/// <summary>
/// Two drivers round differently, so that one may draw another token where two were nearly equal; from there on a sample is another one. This keeps the
/// tokens and logits of the same requests, and explains the first difference of every sample: logits are moved from the one driver's towards the other's
/// until the draw changes, by the twin of the sampling kernel. What has to be moved is the margin that rounding overcame.
/// </summary>
internal static class Agreement
{
    private const string TokensName = "tokens.npy", LogitsName = "logits.npy";
    private const int Halvings = 40;

    /// <summary>Generates every class once, greedy or drawn, and writes tokens [N, T] in raster order and logits [N, T, V] in order of generation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="folder">Where the two files go.</param>
    /// <param name="cancellation">Stops it.</param>
    public static void Write(NarModel model, NarSampling sampling, ulong seed, string folder, CancellationToken cancellation)
    {
        var info = model.Info;
        var result = model.Generate(new NarGenerationRequest
        {
            Classes = ClassesOf(Math.Max(1, info.ClassCount)),
            Seed = seed,
            Sampling = sampling,
            KeepLogits = true,
            DecodeFrames = false,
        }, progress: null, cancellation);
        int samples = result.Tokens.Length / info.TokenCount;
        Directory.CreateDirectory(folder);
        NpyFile.Write(Path.Combine(folder, TokensName), [samples, info.TokenCount], result.Tokens);
        NpyFile.Write(Path.Combine(folder, LogitsName), [samples, info.TokenCount, info.Vocabulary], result.Logits);
    }

    /// <summary>Compares what two drivers wrote.</summary>
    /// <param name="schedule">The model's order of generation.</param>
    /// <param name="sampling">How it was drawn.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="a">One folder.</param>
    /// <param name="b">The other.</param>
    public static IReadOnlyList<SampleAgreement> Compare(DecodeSchedule schedule, NarSampling sampling, ulong seed, string a, string b)
    {
        var (tokens, logits) = (NpyFile.Read(Path.Combine(a, TokensName)), NpyFile.Read(Path.Combine(a, LogitsName)));
        var (otherTokens, otherLogits) = (NpyFile.Read(Path.Combine(b, TokensName)), NpyFile.Read(Path.Combine(b, LogitsName)));
        if (!tokens.Shape.SequenceEqual(otherTokens.Shape) || !logits.Shape.SequenceEqual(otherLogits.Shape) || logits.Shape.Count != 3)
        {
            throw new InvalidOperationException("the two folders are not of the same requests");
        }
        var parameters = new SamplingParameters(sampling.GuidanceScale, sampling.Temperature, sampling.TopP, sampling.TopK, sampling.Greedy, seed);
        uint[] streams = SampleStreams.Of(ClassesOf(tokens.Shape[0]));
        return
        [
            .. Enumerable.Range(0, tokens.Shape[0]).Select(sample => Compare(
                schedule, parameters, sample, streams[sample], tokens.ToInts(), otherTokens.ToInts(), logits.ToFloats(), otherLogits.ToFloats(), logits.Shape[2]))
        ];
    }

    /// <summary>What is asked for: every class once.</summary>
    private static int[] ClassesOf(int samples) => [.. Enumerable.Range(0, samples)];

    private static SampleAgreement Compare(
        DecodeSchedule schedule, in SamplingParameters parameters, int sample, uint stream, int[] tokens, int[] otherTokens, float[] logits, float[] otherLogits, int vocabulary)
    {
        int count = schedule.OrderOfGeneration.Count;
        int equal = Enumerable.Range(sample * count, count).Count(i => tokens[i] == otherTokens[i]);
        for (int at = 0; at < count; at++)
        {
            int place = schedule.OrderOfGeneration[at], row = sample * count + place;
            if (tokens[row] == otherTokens[row])
            {
                continue;
            }
            var (ours, theirs) = (Row(logits), Row(otherLogits));
            double largest = ours.Zip(theirs).Max(pair => Math.Abs((double)pair.First - pair.Second));
            return new SampleAgreement(sample, equal, count, at, tokens[row], otherTokens[row], largest, Share(ours, tokens[row], theirs, otherTokens[row], parameters, (uint)place, stream) * largest);

            float[] Row(float[] all) => all.AsSpan((sample * count + at) * vocabulary, vocabulary).ToArray();
        }
        return new SampleAgreement(sample, equal, count, null, 0, 0, 0, 0);
    }

    /// <summary>
    /// How far logits must be moved from the one's to the other's until the draw changes, 0 to 1; NaN where the kernel's twin does not draw from either what
    /// was drawn: rounding of the logits is not the reason then.
    /// </summary>
    private static double Share(float[] ours, int token, float[] theirs, int other, in SamplingParameters parameters, uint place, uint stream)
    {
        if (SampleReference.Draw(ours, parameters, place, stream) != token || SampleReference.Draw(theirs, parameters, place, stream) != other)
        {
            return double.NaN;
        }
        double low = 0, high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            float[] between = [.. ours.Zip(theirs).Select(pair => (float)(pair.First + middle * (pair.Second - pair.First)))];
            (low, high) = SampleReference.Draw(between, parameters, place, stream) == token ? (middle, high) : (low, middle);
        }
        return high;
    }

    /// <summary>All of it in lines.</summary>
    public static IEnumerable<string> Describe(IReadOnlyList<SampleAgreement> samples)
    {
        foreach (var sample in samples.Where(sample => sample.FirstDifference is not null))
        {
            yield return sample.ToString();
        }
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{samples.Count(sample => sample.FirstDifference is null)} of {samples.Count} samples are equal, {100.0 * samples.Sum(sample => sample.Equal) / samples.Sum(sample => sample.Count):0.00}% of all tokens");
    }
}
