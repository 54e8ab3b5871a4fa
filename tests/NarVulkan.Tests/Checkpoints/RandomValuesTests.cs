using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class RandomValuesTests
{
    private const int Count = 1 << 20;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 7)]
    [InlineData(1000, 333)]
    [InlineData(Count - 21, 21)]
    public void Fill_AnyRange_IsThatPartOfTheWhole(int first, int count)
    {
        float[] all = Values(1, "w", 0, Count);

        Assert.Equal(all[first..(first + count)], Values(1, "w", first, count));
    }

    [Fact]
    public void Fill_AcrossTheEndOfTheCounter_ContinuesWithOtherNumbers()
    {
        const long end = 1L << 32;
        float[] around = Values(1, "w", end - 100, 200);

        Assert.Equal(around[..100], Values(1, "w", end - 100, 100));
        Assert.Equal(around[100..], Values(1, "w", end, 100));
        Assert.NotEqual(around[100..], Values(1, "w", 0, 100));
    }

    [Fact]
    public void Fill_KnownKey_GivesTheseNumbersOnEveryMachine()
    {
        // Computed apart, in Python: hash by hash, with SHA-256 from its standard library.
        Assert.Equal([-21f, 119f, -320f, -26f], Values(42, "layers.0.attention.wqkv.weight", 5, 4).Select(value => MathF.Round(value * MathF.Sqrt(21845))));
    }

    [Fact]
    public void Fill_ManyValues_AreNearlyNormal()
    {
        float[] values = Values(7, "w", 0, Count, deviation: 2);
        double mean = values.Average(value => (double)value), variance = values.Average(value => (double)value * value) - mean * mean;
        double beyondTwo = values.Count(value => Math.Abs(value) > 4) / (double)Count;

        // Four standard errors: of the mean 2 / 1024, of the variance about 4 * sqrt(2 / 2^20).
        Assert.InRange(mean, -0.008, 0.008);
        Assert.InRange(variance, 4 - 0.022, 4 + 0.022);
        // Of a normal variable 4.55% lie beyond two deviations; of a sum of four uniform ones about 4.3%.
        Assert.InRange(beyondTwo, 0.040, 0.047);
    }

    [Theory]
    [InlineData(1, "w", 0, 1, "w", 1)]
    [InlineData(1, "w", 0, 1, "w", 7777)]
    [InlineData(1, "a", 0, 1, "b", 0)]
    [InlineData(1, "w", 0, 2, "w", 0)]
    [InlineData(1, "w", 0, 1UL << 32, "w", 0)]
    public void Fill_OtherPlaceNameOrSeed_IsUncorrelated(ulong seed, string name, int first, ulong otherSeed, string otherName, int otherFirst)
    {
        float[] one = Values(seed, name, first, Count), other = Values(otherSeed, otherName, otherFirst, Count);
        double correlation = one.Zip(other, (a, b) => (double)a * b).Average();

        // Four standard errors of 1 / 1024.
        Assert.InRange(correlation, -0.004, 0.004);
    }

    private static float[] Values(ulong seed, string name, long first, int count, float deviation = 1)
    {
        float[] values = new float[count];
        new RandomValues(seed, name, deviation).Fill(first, values);
        return values;
    }
}
