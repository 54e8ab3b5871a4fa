using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class RopeReferenceTests
{
    [Fact]
    public void Rotate_ByAQuarterTurn_SendsEachPairToItsNormal()
    {
        // One head of two pairs: the first pair turns by 90 degrees, the second stays; v must not change.
        float[] qkv = [1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f, 12f];

        RopeReference.Rotate(qkv, 12, [0f, 1f, 1f, 0f], 0, 1, 1, 1, 4);

        Assert.Equal([-2f, 1f, 3f, 4f, -6f, 5f, 7f, 8f, 9f, 10f, 11f, 12f], qkv);
    }

    [Fact]
    public void Rotate_WithASlotOfZeros_ClearsQueryAndKey()
    {
        float[] qkv = [1f, 2f, 3f, 4f, 5f, 6f];

        RopeReference.Rotate(qkv, 6, [1f, 0f, 0f, 0f], 1, 1, 1, 1, 2);

        Assert.Equal([0f, 0f, 0f, 0f, 5f, 6f], qkv);
    }

    [Fact]
    public void Rotate_OfQueryAndKey_LeavesScoresThatDependOnTheDistanceAlone()
    {
        const int Slots = 9;
        const int HeadSize = 8;
        var cosSin = new float[Slots * HeadSize];
        for (var slot = 0; slot < Slots; slot++)
        {
            for (var pair = 0; pair < HeadSize / 2; pair++)
            {
                var angle = slot * Math.Pow(10_000, -2.0 * pair / HeadSize);
                cosSin[slot * HeadSize + 2 * pair] = (float)Math.Cos(angle);
                cosSin[slot * HeadSize + 2 * pair + 1] = (float)Math.Sin(angle);
            }
        }

        var vectors = RandomData.Normal(new Random(3), 3 * HeadSize);

        // Rounding of eight products of values around 1.
        Assert.Equal(Score(1, 4), Score(5, 8), 1e-5);

        double Score(int querySlot, int keySlot)
        {
            var query = (float[])vectors.Clone();
            var key = (float[])vectors.Clone();
            RopeReference.Rotate(query, 3 * HeadSize, cosSin, querySlot, 1, 1, 1, HeadSize);
            RopeReference.Rotate(key, 3 * HeadSize, cosSin, keySlot, 1, 1, 1, HeadSize);
            var score = 0.0;
            for (var i = 0; i < HeadSize; i++)
            {
                score += (double)query[i] * key[HeadSize + i];
            }

            return score;
        }
    }
}
