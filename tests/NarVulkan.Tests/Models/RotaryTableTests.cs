using NarVulkan.Decoding;
using NarVulkan.Models;
using Xunit;

namespace NarVulkan.Tests.Models;

public sealed class RotaryTableTests
{
    [Fact]
    public void Build_OfAnImage_TurnsTheFirstHalfByRowAndTheSecondByColumn()
    {
        const int headSize = 16, pairs = 8, half = 4;
        var schedule = NearToFar.Image(4, 4, 3);

        var table = RotaryTable.Build(schedule, headSize);

        Assert.Equal(schedule.SlotCount * headSize, table.Length);
        Assert.All(table[..(3 * headSize)], value => Assert.Equal(0f, value));
        for (int slot = 3; slot < schedule.SlotCount; slot++)
        {
            int raster = schedule.OrderOfGeneration[slot - 3];
            for (int pair = 0; pair < pairs; pair++)
            {
                double angle = (pair < half ? raster / 4 : raster % 4) * Math.Pow(10000, -2.0 * (pair % half) / (headSize / 2));
                Assert.Equal(Math.Cos(angle), table[(slot * pairs + pair) * 2], 1e-6);
                Assert.Equal(Math.Sin(angle), table[(slot * pairs + pair) * 2 + 1], 1e-6);
            }
        }
    }

    [Fact]
    public void Build_OfParallelGroups_TurnsSpecialTokensNowhere()
    {
        var schedule = ParallelGroups.Build(new TokenGrid(1, 4, 4), 1, 4);

        var table = RotaryTable.Build(schedule, 8);

        // Slots: the class, tokens 0 to 3, three specials.
        Assert.All(table[(5 * 8)..(8 * 8)], value => Assert.Equal(0f, value));
        Assert.NotEqual(0f, table[4 * 8]);
        Assert.NotEqual(0f, table[8 * 8]);
    }
}
