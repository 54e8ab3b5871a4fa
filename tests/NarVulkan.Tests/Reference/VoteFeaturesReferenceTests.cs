using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class VoteFeaturesReferenceTests
{
    private const int Width = 24;
    private const int Vocabulary = 37;
    private const int RowsFed = 4;
    private const int Samples = 2;
    private const float Epsilon = 1e-5f;

    // Every combination of votes that near-to-far decoding has, and a row that several heads share.
    private static readonly int[] Votes = [0, -1, -1, 2, 3, -1, 1, 2, 3, -1, 0, -1, -1, -1, 3, 2, -1, 2];

    [Theory]
    [InlineData(null)]
    [InlineData(1.75f)]
    [InlineData(4f)]
    public void Features_TimesTheConcatenatedOutputs_AreTheAveragedAndGuidedLogits(float? guidanceScale)
    {
        var random = new Random(20_251);
        var sequencesPerSample = guidanceScale is null ? 1 : 2;
        var sequences = sequencesPerSample * Samples;
        float[][] hidden = [.. Enumerable.Range(0, 3).Select(_ => RandomData.Normal(random, sequences * RowsFed * Width))];
        float[][] norms = [.. Enumerable.Range(0, 3).Select(_ => RandomData.Normal(random, Width))];
        float[][] outputs = [.. Enumerable.Range(0, 3).Select(_ => RandomData.Normal(random, Vocabulary * Width, 0.2f))];
        var tokens = Votes.Length / 3;
        var features = new float[Samples * tokens * 3 * Width];

        VoteFeaturesReference.Gather(hidden, norms, Votes, guidanceScale, sequencesPerSample, features, Samples, RowsFed, tokens, Width, Epsilon);

        for (var s = 0; s < Samples; s++)
        {
            for (var j = 0; j < tokens; j++)
            {
                var expected = ClassicalLogits(hidden, norms, outputs, Votes.AsSpan(j * 3, 3).ToArray(), s, guidanceScale);
                for (var v = 0; v < Vocabulary; v++)
                {
                    var logit = 0.0;
                    for (var column = 0; column < 3 * Width; column++)
                    {
                        var weight = outputs[column / Width][v * Width + column % Width];
                        logit += (double)features[(s * tokens + j) * 3 * Width + column] * weight;
                    }

                    // Sums of 24 products of values around 1, in float32, times a scale of up to 4.
                    Assert.Equal(expected[v], logit, 2e-5);
                }
            }
        }
    }

    // As the paper's code does it: each head's own norm and output product, the mean of the heads, then guidance.
    private static float[] ClassicalLogits(
        float[][] hidden, float[][] norms, float[][] outputs, int[] votes, int sample, float? guidanceScale)
    {
        if (guidanceScale is not { } scale)
        {
            return MeanLogits(hidden, norms, outputs, votes, sample);
        }

        var guided = new float[Vocabulary];
        var conditional = MeanLogits(hidden, norms, outputs, votes, 2 * sample);
        var unconditional = MeanLogits(hidden, norms, outputs, votes, 2 * sample + 1);
        GuidanceReference.Apply(conditional, unconditional, scale, guided);
        return guided;
    }

    private static float[] MeanLogits(float[][] hidden, float[][] norms, float[][] outputs, int[] votes, int sequence)
    {
        var heads = new List<float[]>();
        for (var h = 0; h < votes.Length; h++)
        {
            if (votes[h] < 0)
            {
                continue;
            }

            var normed = new float[Width];
            RmsNormReference.Row(hidden[h].AsSpan((sequence * RowsFed + votes[h]) * Width, Width), norms[h], normed, Epsilon);
            var logits = new float[Vocabulary];
            for (var v = 0; v < Vocabulary; v++)
            {
                for (var column = 0; column < Width; column++)
                {
                    logits[v] += normed[column] * outputs[h][v * Width + column];
                }
            }

            heads.Add(logits);
        }

        var mean = new float[Vocabulary];
        HeadAveragingReference.Average(heads, mean);
        return mean;
    }
}
