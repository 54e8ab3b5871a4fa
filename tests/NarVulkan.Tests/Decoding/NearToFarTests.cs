using NarVulkan.Decoding;
using Xunit;

namespace NarVulkan.Tests.Decoding;

public sealed class NearToFarTests
{
    public static TheoryData<int, int, int, int> Grids => new()
    {
        { 1, 1, 1, 1 }, { 1, 16, 16, 1 }, { 4, 16, 16, 1 }, { 4, 8, 8, 1 }, { 2, 4, 4, 33 }, { 5, 16, 16, 1 }, { 3, 2, 7, 9 }, { 8, 1, 1, 2 }, { 1, 5, 3, 1 },
    };

    [Theory]
    [InlineData(1, 1), InlineData(2, 3), InlineData(16, 31), InlineData(24, 47), InlineData(32, 63)]
    public void Image_SquareGrid_TakesTwoNMinusOneSteps(int n, int steps) =>
        Assert.Equal(steps, NearToFar.Image(n, n, 1).Steps.Count);

    [Theory]
    [InlineData(4, 16, 16, 34), InlineData(4, 8, 8, 18), InlineData(2, 4, 4, 8), InlineData(5, 16, 16, 35), InlineData(1, 1, 1, 1)]
    public void Video_Grid_TakesSumMinusTwoSteps(int frames, int rows, int columns, int steps) =>
        Assert.Equal(steps, NearToFar.Video(new TokenGrid(frames, rows, columns), 1).Steps.Count);

    [Theory]
    [MemberData(nameof(Grids))]
    public void AnyGrid_Schedule_IsSound(int frames, int rows, int columns, int condition)
    {
        foreach (var schedule in Both(frames, rows, columns, condition))
        {
            ScheduleRules.AssertSound(schedule);
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void AnyGrid_Predecessors_AreGeneratedAndFedBeforeTheyVote(int frames, int rows, int columns, int condition)
    {
        foreach (var schedule in Both(frames, rows, columns, condition))
        {
            var sampledBefore = new HashSet<int>();
            foreach (var step in schedule.Steps)
            {
                foreach (var token in step.Sampled.Where(_ => step.Index > 0))
                {
                    var expected = Neighbours(schedule, token.RasterIndex).ToHashSet();
                    var voters = token.Votes.Select(vote => schedule.OrderOfGeneration[step.Fed[vote.FedRow].Index]).ToList();
                    Assert.Equal(expected, voters.ToHashSet());
                    Assert.Equal(voters.Count, token.Votes.Select(vote => vote.Head).Distinct().Count());
                    Assert.All(voters, voter => Assert.Contains(voter, sampledBefore));
                }
                sampledBefore.UnionWith(step.Sampled.Select(token => token.RasterIndex));
            }
        }
    }

    [Fact]
    public void Video_LongCondition_FeedsOnlyTheRowsThatCanHaveAnEffect()
    {
        var schedule = NearToFar.Video(new TokenGrid(2, 4, 4), 33);

        Assert.Equal([0, 32], schedule.Steps[0].Fed.Select(row => row.Index));
        Assert.Equal(1, schedule.Steps[0].VisibleKeys);
        Assert.Equal(33, schedule.Steps[1].Fed[0].Position);
        Assert.Equal((1, 2), (schedule.Steps[1].HiddenBegin, schedule.Steps[1].HiddenEnd));
    }

    [Fact]
    public void Video_GoldenGrid_OrdersPlanesAsTheOriginal()
    {
        var schedule = NearToFar.Video(new TokenGrid(2, 4, 4), 1);

        int[][] expected = [[0], [1, 4, 16], [2, 5, 8, 17, 20], [3, 6, 9, 12, 18, 21, 24], [7, 10, 13, 19, 22, 25, 28], [11, 14, 23, 26, 29], [15, 27, 30], [31]];
        Assert.Equal(expected, schedule.Steps.Select(step => step.Sampled.Select(token => token.RasterIndex).ToArray()));
    }

    [Fact]
    public void FromDimensions_NotTwoOrThreePositiveSizes_Throws()
    {
        Assert.Throws<ArgumentException>(() => TokenGrid.FromDimensions([4]));
        Assert.Throws<ArgumentException>(() => TokenGrid.FromDimensions([4, 0]));
        Assert.Equal(new TokenGrid(1, 3, 5), TokenGrid.FromDimensions([3, 5]));
    }

    private static IEnumerable<DecodeSchedule> Both(int frames, int rows, int columns, int condition)
    {
        yield return NearToFar.Video(new TokenGrid(frames, rows, columns), condition);
        if (frames == 1)
        {
            yield return NearToFar.Image(rows, columns, condition);
        }
    }

    private static IEnumerable<int> Neighbours(DecodeSchedule schedule, int raster)
    {
        var grid = schedule.Grid;
        int column = raster % grid.Columns, row = raster / grid.Columns % grid.Rows, frame = raster / (grid.Columns * grid.Rows);
        if (column > 0)
        {
            yield return raster - 1;
        }
        if (row > 0)
        {
            yield return raster - grid.Columns;
        }
        if (frame > 0)
        {
            yield return raster - grid.Columns * grid.Rows;
        }
    }
}
