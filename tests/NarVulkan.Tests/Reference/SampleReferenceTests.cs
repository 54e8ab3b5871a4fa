using NarVulkan.Decoding;
using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class SampleReferenceTests
{
    [Fact]
    public void Probabilities_OfEveryGolden_AgreeAndDropTheSameEntries()
    {
        var goldens = SamplerGolden.Load();
        Assert.Equal(23, goldens.Count);
        foreach (var golden in goldens)
        {
            for (var row = 0; row < golden.Logits.Length; row++)
            {
                AssertDistribution(golden, row, SampleReference.Probabilities(golden.Logits[row], golden.Parameters));
            }
        }
    }

    /// <summary>Within 1e-5 (the requirement on the sampler), and exactly 0 where the original dropped an entry.</summary>
    internal static void AssertDistribution(SamplerGolden golden, int row, ReadOnlySpan<float> actual)
    {
        var expected = golden.Probabilities[row];
        for (var i = 0; i < expected.Length; i++)
        {
            var (e, a) = (expected[i], actual[i]);
            var dropped = e == 0f;

            // Entries the original keeps at less than a unit of our weights (2^-31 of the largest) may be 0 here.
            var agrees = Math.Abs(e - a) <= 1e-5f && (dropped ? a == 0f : a > 0f || e < 1e-8f);
            Assert.True(agrees, $"{golden.Name} row {row} entry {i}: expected {e:R}, got {a:R}");
        }
    }

    [Fact]
    public void Draw_OverManyPositions_FollowsTheGoldenProbabilities()
    {
        const int Draws = 5_000;
        foreach (var golden in SamplerGolden.Load().Where(golden => golden.Logits[0].Length == 1000))
        {
            for (var row = 0; row < golden.Logits.Length; row++)
            {
                var weights = SampleReference.Weights(golden.Logits[row], golden.Parameters);
                var counts = new int[weights.Length];
                for (var draw = 0u; draw < Draws; draw++)
                {
                    var random = PhiloxReference.Generate((draw, (uint)row, 0, 0), (20_250_310, 7));
                    counts[SampleReference.Pick(weights, random.X)]++;
                }

                Assert.True(Enumerable.Range(0, counts.Length).All(i => counts[i] == 0 || golden.Probabilities[row][i] > 0f));

                // 4 standard deviations: one in 30,000, for each of 52 rows; the seed is fixed.
                Assert.InRange(ChiSquare.StandardScore(counts, golden.Probabilities[row]), -4.0, 4.0);
            }
        }
    }

    [Fact]
    public void StandardScore_OfTheWrongDistribution_IsFarOut()
    {
        var golden = SamplerGolden.Load()[0];
        var weights = SampleReference.Weights(golden.Logits[0], golden.Parameters);
        var counts = new int[weights.Length];
        for (var draw = 0u; draw < 10_000; draw++)
        {
            counts[SampleReference.Pick(weights, PhiloxReference.Generate((draw, 0, 0, 0), (1, 2)).X)]++;
        }

        // The probabilities at temperature 0.7 instead of 1.
        Assert.True(ChiSquare.StandardScore(counts, SamplerGolden.Load()[1].Probabilities[0]) > 20.0);
    }

    [Theory]
    [InlineData(new[] { 1f, float.NaN, 3f, float.NegativeInfinity }, new[] { 0.1192029f, 0f, 0.8807970f, 0f })]
    [InlineData(new[] { float.NaN, float.NegativeInfinity, float.NaN }, new[] { 1f, 0f, 0f })]
    [InlineData(new[] { 1f, float.PositiveInfinity, 5f, float.PositiveInfinity }, new[] { 0f, 0.5f, 0f, 0.5f })]
    [InlineData(new[] { 3.4e38f, -3.4e38f, 3.4e38f }, new[] { 0.5f, 0f, 0.5f })]
    [InlineData(new[] { 0f, -0f }, new[] { 0.5f, 0.5f })]
    [InlineData(new[] { 1e-45f, 0f }, new[] { 0.5f, 0.5f })]
    public void Probabilities_OfUnusualLogits_StayADistribution(float[] logits, float[] expected)
    {
        var actual = SampleReference.Probabilities(logits, new SamplingParameters(1f, 1f, 1f, 0, false, 0));

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(1e-5f)]
    public void Probabilities_AtNoTemperature_AreAllOnTheLargest(float temperature)
    {
        var actual = SampleReference.Probabilities([1f, 1.01f, -500f], new SamplingParameters(1f, temperature, 1f, 0, false, 0));

        Assert.Equal([0f, 1f, 0f], actual);
    }

    [Fact]
    public void Probabilities_WhereTopPEndsInATie_KeepTheWholeTie()
    {
        // Masses 0.4, 0.3, 0.3: above 0.5 the first of the tied entries ends, and so neither of them goes.
        var parameters = new SamplingParameters(1f, 1f, 0.5f, 0, false, 0);

        var actual = SampleReference.Probabilities([MathF.Log(3f), MathF.Log(4f), MathF.Log(3f), -20f], parameters);

        Assert.Equal(0.3f, actual[0], 1e-6f);
        Assert.Equal(0.4f, actual[1], 1e-6f);
        Assert.Equal(0.3f, actual[2], 1e-6f);
        Assert.Equal(0f, actual[3]);
    }

    [Fact]
    public void Draw_Greedy_TakesTheLowestIndexOfTheLargest()
    {
        var parameters = new SamplingParameters(1f, 1f, 1f, 0, greedy: true, seed: 99);

        Assert.Equal(2, SampleReference.Draw([0f, 1f, 2f, 2f, -1f], parameters, 5, 6));
    }

    [Fact]
    public void Draw_WithAnotherSeedPositionOrStream_GivesAnotherSequence()
    {
        var logits = RandomData.Normal(new Random(5), 512);
        var sequences = new[] { (1ul, 0u, 0u), (2ul, 0u, 0u), (1ul << 32, 0u, 0u), (1ul, 100u, 0u), (1ul, 0u, 1u) }
            .Select(start => string.Join(',', Enumerable.Range(0, 16).Select(i => SampleReference.Draw(
                logits, new SamplingParameters(1f, 1f, 1f, 0, false, start.Item1), start.Item2 + (uint)i, start.Item3))))
            .ToHashSet();

        Assert.Equal(5, sequences.Count);
    }
}
