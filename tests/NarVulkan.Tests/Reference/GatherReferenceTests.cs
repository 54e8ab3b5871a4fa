using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class GatherReferenceTests
{
    [Fact]
    public void EmbedTokens_WithIdsOutsideTheTable_GivesThePositionAlone()
    {
        var output = new float[4 * 2];

        EmbedTokensReference.Gather(
            [1, 2, 3, 4], [1, -1, 2, 0], 0, 4, 1, [10, 20, 30, 40], [0, 1, 0, 9], 0, output, 1, 4, 0, 4, 2);

        Assert.Equal([13f, 24, 30, 40, 10, 20, 1, 2], output);
    }

    [Fact]
    public void EmbedTokens_WithADivisor_FeedsConditionalAndUnconditionalTheSameIds()
    {
        var output = new float[4];

        EmbedTokensReference.Gather([5, 6, 7], [9, 0, 9, 2], 1, 2, 2, [], [], 0, output, 4, 1, 0, 1, 1);

        Assert.Equal([5f, 5, 7, 7], output);
    }

    [Fact]
    public void CacheAppend_WithAStride_LeavesTheSequencesBetweenAlone()
    {
        // Two heads of two, one row each of sequences 0 and 1, cache sequences 0 and 2, slot 1 of 2.
        float[] qkv = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 11, 12, 13, 14, 15, 16, 17, 18];
        var keys = new float[3 * 2 * 2 * 2];
        var values = new float[keys.Length];

        CacheAppendReference.Append(qkv, 12, keys, values, 2, 2, 1, 2, 2, 2, 1);

        Assert.Equal([0f, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 12, 0, 0, 13, 14], keys);
        Assert.Equal([0f, 0, 5, 6, 0, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15, 16, 0, 0, 17, 18], values);
    }

    [Fact]
    public void AddRows_WithAShortTable_RepeatsIt()
    {
        float[] y = [1, 1, 1, 1, 1, 1, 1, 1];

        AddRowsReference.Apply([9, 2, 3], 1, 2, y, 2, 4, 1, 3, 1, add: true);

        Assert.Equal([1f, 3, 4, 3, 1, 3, 4, 3], y);
    }
}
