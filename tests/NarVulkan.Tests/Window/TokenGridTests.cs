using NarVulkan.Windowing;
using Xunit;

namespace NarVulkan.Tests.Window;

public sealed class TokenGridTests
{
    [Fact]
    public void After_FreshTokens_AreBrightestThenFadeAndStay()
    {
        TokenGrid grid = TokenGrid.Empty([1, 2, 3]);
        Assert.All(grid.States.ToArray(), state => Assert.Equal(TokenGrid.Missing, state));
        List<byte> first = [];
        for (int step = 0; step < 6; step++)
        {
            grid = grid.After([step]);
            first.Add(grid.States[0]);
            // What is fresh now is brighter than anything before it.
            Assert.Equal(255, grid.States[step]);
            Assert.All(grid.States[(step + 1)..].ToArray(), state => Assert.Equal(TokenGrid.Missing, state));
        }

        Assert.Equal(first.OrderDescending(), first);
        Assert.Equal(TokenGrid.Settled, first[^1]);
        Assert.True(first[1] > TokenGrid.Settled);
    }

    [Fact]
    public void After_AStep_LeavesTheGridBeforeItAlone()
    {
        TokenGrid before = TokenGrid.Empty([1, 2, 2]).After([0]);
        before.After([1, 2]);

        Assert.Equal([255, 0, 0, 0], before.States.ToArray());
    }

    [Fact]
    public void Complete_AnyGrid_IsSettledEverywhere() =>
        Assert.All(TokenGrid.Complete([2, 3, 4]).States.ToArray(), state => Assert.Equal(TokenGrid.Settled, state));
}
