using NarVulkan.Decoding;
using Xunit;

namespace NarVulkan.Tests.Decoding;

public sealed class GuidedStepsTests
{
    private static readonly DecodeSchedule Video = NearToFar.Video(new TokenGrid(2, 4, 4), 1);
    private static readonly DecodeSchedule Raster = RasterOrder.Build(new TokenGrid(1, 4, 4), 1);
    private static readonly DecodeSchedule Groups = ParallelGroups.Build(new TokenGrid(1, 8, 8), 1, 4);

    [Theory]
    [InlineData(1f, -1, 0), InlineData(0.5f, -1, 0), InlineData(float.NaN, -1, 0), InlineData(2.5f, -1, 8)]
    [InlineData(2.5f, 0, 1), InlineData(2.5f, 1, 2), InlineData(2.5f, 3, 2), InlineData(2.5f, 4, 3), InlineData(2.5f, 9, 4), InlineData(2.5f, 1000, 8)]
    public void NearToFar_Interval_EndsGuidanceOnceMoreTokensAreSampled(float scale, int interval, int guided) =>
        AssertGuided(Video, scale, interval, Enumerable.Range(0, guided));

    [Theory]
    [InlineData(-1, 16), InlineData(0, 2), InlineData(5, 7), InlineData(13, 15), InlineData(14, 16), InlineData(99, 16)]
    public void Raster_Interval_GuidesTokensUpToOneBeyondIt(int interval, int guided) =>
        AssertGuided(Raster, 2f, interval, Enumerable.Range(0, guided));

    [Theory]
    // Serial steps 0 to 3 (decode calls 0 to 2), then groups at 0, 4, 8, ...
    [InlineData(0, new[] { 0, 1, 4 }), InlineData(1, new[] { 0, 1, 2, 4 }), InlineData(2, new[] { 0, 1, 2, 3, 4 }), InlineData(5, new[] { 0, 1, 2, 3, 4, 5 })]
    public void ParallelGroups_Interval_ComesBackOnForTheParallelPhase(int interval, int[] guided) =>
        AssertGuided(Groups, 1.5f, interval, guided);

    [Fact]
    public void For_IntervalsThatEndNothing_AreTheSame() =>
        Assert.Equal(GuidedSteps.For(Raster, 2f, -1), GuidedSteps.For(Raster, 3f, 1000));

    private static void AssertGuided(DecodeSchedule schedule, float scale, int interval, IEnumerable<int> expected)
    {
        var guided = GuidedSteps.For(schedule, scale, interval);

        Assert.Equal(expected, schedule.Steps.Where(guided.Contains).Select(step => step.Index));
        Assert.Equal(expected.DefaultIfEmpty(-1).Last(), guided.LastIn(schedule));
        Assert.Equal(expected.Any(), guided.Any);
    }
}
