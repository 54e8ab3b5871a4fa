using NarVulkan.Models.T5;
using Xunit;

namespace NarVulkan.Tests.Models.T5;

public sealed class RelativePositionsTests
{
    [Theory]
    [InlineData("t5-encoder")]
    [InlineData("t5-encoder-sharded")]
    public void Bucket_OfEveryDistance_IsTheOriginals(string golden)
    {
        int[] expected = Golden.Ints($"golden/{golden}/relative_position_buckets.npy");
        int reach = expected.Length / 2;

        Assert.Equal(expected, Enumerable.Range(-reach, expected.Length).Select(distance => RelativePositions.Bucket(distance, 32, 128)));
    }

    [Theory]
    [InlineData(32, 128), InlineData(8, 20), InlineData(64, 1024)]
    public void Bucket_OfGrowingDistances_NeverFallsAndStaysInItsHalf(int buckets, int maxDistance)
    {
        int[] before = [.. Enumerable.Range(0, 3000).Select(distance => RelativePositions.Bucket(-distance, buckets, maxDistance))];
        int[] behind = [.. Enumerable.Range(1, 3000).Select(distance => RelativePositions.Bucket(distance, buckets, maxDistance))];

        Assert.Equal(before.Order(), before);
        Assert.Equal(behind.Order(), behind);
        Assert.Equal((0, (buckets / 2) - 1), (before.Min(), before.Max()));
        Assert.Equal((buckets / 2, buckets - 1), (behind.Min() - 1, behind.Max()));
        Assert.Equal((buckets / 2) - 1, before[maxDistance]);
    }
}
