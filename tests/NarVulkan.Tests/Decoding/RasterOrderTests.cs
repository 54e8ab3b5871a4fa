using NarVulkan.Decoding;
using Xunit;

namespace NarVulkan.Tests.Decoding;

public sealed class RasterOrderTests
{
    [Theory]
    [InlineData(1, 1, 1, 1), InlineData(1, 16, 16, 1), InlineData(1, 3, 5, 120), InlineData(4, 16, 16, 1), InlineData(2, 4, 4, 7)]
    public void Build_AnyGrid_TakesOneStepForEachTokenInRasterOrder(int frames, int rows, int columns, int condition)
    {
        var schedule = RasterOrder.Build(new TokenGrid(frames, rows, columns), condition);

        ScheduleRules.AssertSound(schedule);
        Assert.Equal(schedule.Grid.Count, schedule.Steps.Count);
        Assert.Equal(Enumerable.Range(0, schedule.Grid.Count), schedule.OrderOfGeneration);
        // The last token is never fed, and every step sees all that was fed.
        Assert.Equal(condition + schedule.Grid.Count - 1, schedule.SlotCount);
        Assert.All(schedule.Steps, step => Assert.Equal(step.FirstSlot + step.Fed.Count, step.VisibleKeys));
        Assert.True(schedule.Steps[0].Causal);
    }
}
