using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class ProgressTests
{
    [Theory]
    [InlineData(0.2, "less than 1 s left")]
    [InlineData(12.4, "12 s left")]
    [InlineData(99.4, "99 s left")]
    [InlineData(100, "2 min left")]
    [InlineData(3600, "60 min left")]
    public void Remaining_Time_IsRoundedAsOneWouldSayIt(double seconds, string expected) =>
        Assert.Equal(expected, GenerationProgress.Remaining(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Report_Step_SaysStepTokensAndTimeLeft()
    {
        List<WorkState> shown = [];
        new GenerationProgress(shown.Add).Report(new NarProgress("steps", 3, 34, 512, 1024));
        WorkState state = Assert.Single(shown);
        Assert.Equal(0.5, state.Fraction);
        Assert.StartsWith("step 3/34, 512/1024 tokens, ", state.Detail);
        Assert.EndsWith(" left", state.Detail);
    }

    [Fact]
    public void LineProgress_QuickWork_WritesNothingAndReturnsTheResult()
    {
        using StringWriter writer = new();
        int result = new LineProgress(writer).Show(show =>
        {
            show(new WorkState("loading", 0, ""));
            return 7;
        });
        Assert.Equal((7, ""), (result, writer.ToString()));
    }

    [Fact]
    public void BarProgress_Work_ReturnsItsResultAndLetsItsFailureOut()
    {
        using StringWriter writer = new();
        BarProgress progress = new(writer);
        Assert.Equal(7, progress.Show(show =>
        {
            show(new WorkState("generating", 0.5, "step [1/2]"));
            return 7;
        }));
        Assert.Throws<InvalidRequestException>(() => progress.Show<int>(_ => throw new InvalidRequestException("no")));
    }
}
