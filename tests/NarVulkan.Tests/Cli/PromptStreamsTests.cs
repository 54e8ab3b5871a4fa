using NarVulkan.Cli.Output;
using NarVulkan.Cli.Sampling;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class PromptStreamsTests
{
    [Fact]
    public void Of_APromptAmongOthers_AreThoseOfThePromptAlone()
    {
        IReadOnlyList<uint> alone = PromptStreams.Of(["a red fox"], 3);
        IReadOnlyList<uint> among = PromptStreams.Of(["zebra", "other", "a red fox"], 3);

        Assert.Equal(alone, among.Skip(6));
        Assert.Equal(9, among.Distinct().Count());
    }

    [Fact]
    public void Of_APromptThatComesAgain_GoOnWhereItStopped() =>
        Assert.Equal(PromptStreams.Of(["a"], 4), PromptStreams.Of(["a", "a"], 2));

    [Fact]
    public void Streams_OfOrdinaryRunsAndFolders_AreTheSame()
    {
        string[] prompts = ["a", "b", "a"];
        SamplePlan plan = new([-1, -1, -1], 2, ByCondition: true, prompts);
        PromptSequence sequence = new(2, [0, 1, 2], PromptStreams.Of(prompts, 2));

        Assert.Equal(plan.Streams, Enumerable.Range(0, plan.Count).Select(sequence.StreamOf));
    }

    [Fact]
    public void StreamOf_SamplesOfALargeRun_AreThoseOfOrdinaryRuns()
    {
        SampleSequence large = new([-1, -1, -1], byCondition: true, ["a", "b", "a"]);

        // Rounds go through the prompts: a, b, a, a, b, a.
        Assert.Equal(PromptStreams.Of(["a"], 4), new[] { 0, 2, 3, 5 }.Select(large.StreamOf));
        Assert.Equal(PromptStreams.Of(["b"], 2), new[] { 1, 4 }.Select(large.StreamOf));
    }
}
