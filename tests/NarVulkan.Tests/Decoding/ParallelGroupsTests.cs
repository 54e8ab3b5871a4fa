using NarVulkan.Decoding;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Decoding;

public sealed class ParallelGroupsTests
{
    public static TheoryData<int, int, int, int> Grids => new()
    {
        { 1, 8, 8, 4 }, { 1, 24, 24, 4 }, { 1, 24, 24, 16 }, { 1, 16, 16, 16 }, { 1, 4, 6, 4 }, { 1, 2, 2, 4 }, { 5, 16, 16, 4 }, { 5, 16, 16, 16 }, { 3, 6, 9, 9 },
    };

    [Theory]
    [InlineData(1, 16, 16, 4, 67), InlineData(1, 16, 16, 16, 31), InlineData(1, 24, 24, 4, 147), InlineData(1, 24, 24, 16, 51)]
    [InlineData(5, 16, 16, 4, 323), InlineData(5, 16, 16, 16, 95)]
    public void Build_UsualGrids_TakeTheirSerialStepsAndOneForEachGroup(int frames, int rows, int columns, int parallel, int steps) =>
        Assert.Equal(steps, ParallelGroups.Build(new TokenGrid(frames, rows, columns), 1, parallel).Steps.Count);

    [Theory]
    [MemberData(nameof(Grids))]
    public void Build_AnyGrid_SamplesOneTokenOfEveryRegionAtTheSamePlace(int frames, int rows, int columns, int parallel)
    {
        var schedule = ParallelGroups.Build(new TokenGrid(frames, rows, columns), 1, parallel);

        ScheduleRules.AssertSound(schedule);
        int side = (int)Math.Sqrt(parallel), regionRows = rows / side, regionColumns = columns / side;
        var serial = schedule.Steps.Take(parallel).SelectMany(step => step.Sampled).Select(token => token.RasterIndex).ToList();
        Assert.All(schedule.Steps.Take(parallel), step => Assert.Single(step.Sampled));
        foreach (var group in schedule.Steps.Skip(parallel).Select(step => step.Sampled.Select(token => token.RasterIndex).ToList()).Prepend(serial))
        {
            var places = group.Select(raster => (Frame: raster / (rows * columns), Row: raster / columns % rows, Column: raster % columns)).ToList();
            Assert.Single(places.Select(at => (at.Frame, at.Row % regionRows, at.Column % regionColumns)).Distinct());
            Assert.Equal(Enumerable.Range(0, parallel), places.Select(at => at.Row / regionRows * side + at.Column / regionColumns));
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Build_AnyGrid_FeedsTheSpecialTokensOnceWithTheLastSerialToken(int frames, int rows, int columns, int parallel)
    {
        var schedule = ParallelGroups.Build(new TokenGrid(frames, rows, columns), 1, parallel);

        var withSpecials = schedule.Steps.Where(step => step.Fed.Any(row => row.Source == FedSource.Special)).ToList();
        if (schedule.Grid.Count == parallel)
        {
            Assert.Empty(withSpecials);
            return;
        }
        var step = Assert.Single(withSpecials);
        Assert.Equal(parallel, step.Index);
        Assert.Equal(new FedRow(FedSource.Generated, parallel - 1, 1 + schedule.OrderOfGeneration[parallel - 1]), step.Fed[0]);
        Assert.Equal(Enumerable.Range(0, parallel - 1), step.Fed.Skip(1).Select(row => row.Index));
        Assert.All(step.Fed.Skip(1), row => Assert.Equal(ParallelGroups.NoPosition, row.Position));
        // Row i samples the next token of region i, and a group sees itself and all before it.
        Assert.All(schedule.Steps.Skip(parallel), later => Assert.Equal(Enumerable.Range(0, parallel), later.Sampled.Select(token => Assert.Single(token.Votes).FedRow)));
        Assert.All(schedule.Steps, later => Assert.Equal(later.FirstSlot + later.Fed.Count, later.VisibleKeys));
    }

    [Fact]
    public void Build_GoldenGrid_OrdersTokensAsTheOriginal() =>
        Assert.Equal(Golden.Ints("golden/par-c2i/raster_of_generated.npy"), ParallelGroups.Build(new TokenGrid(1, 8, 8), 1, 4).OrderOfGeneration);

    [Theory]
    [InlineData(8, 8, 3, "groups of 3 tokens are no square layout of regions"), InlineData(8, 8, 1, "groups of 1 tokens"), InlineData(8, 8, -4, "groups of -4 tokens")]
    [InlineData(9, 8, 4, "a grid of 9x8 cannot be cut into 2x2 equal regions"), InlineData(8, 10, 16, "cannot be cut into 4x4")]
    public void Problem_ImpossibleGroups_AreNamed(int rows, int columns, int parallel, string problem)
    {
        var grid = new TokenGrid(1, rows, columns);

        Assert.Contains(problem, ParallelGroups.Problem(grid, parallel));
        Assert.Throws<ArgumentException>(() => ParallelGroups.Build(grid, 1, parallel));
    }
}
