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
        GenerationProgress progress = new(shown.Add);
        progress.Report(new NarProgress("prefill", 1, 34, 1, 1024));
        progress.Report(new NarProgress("steps", 3, 34, 512, 1024));
        progress.Report(new NarProgress("decode", 34, 34, 1024, 1024));
        Assert.Equal("step 1/34, 1/1024 tokens", shown[0].Detail);
        Assert.Equal(0.5, shown[1].Fraction);
        Assert.Equal("step 3/34, 512/1024 tokens, less than 1 s left", shown[1].Detail);
        Assert.Equal("decoding", shown[2].Phase);
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
