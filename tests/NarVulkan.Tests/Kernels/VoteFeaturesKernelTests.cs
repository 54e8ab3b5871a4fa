using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class VoteFeaturesKernelTests(VulkanFixture fixture)
{
    private const float Epsilon = 1e-5f;
    private const int Samples = 3;
    private const int RowsFed = 4;

    [SkippableTheory]
    [InlineData(1, 8, false, 1)]
    [InlineData(1, 72, true, 2)]
    [InlineData(2, 136, false, 1)]
    [InlineData(2, 72, false, 2)]
    [InlineData(3, 72, true, 2)]
    [InlineData(3, 200, false, 1)]
    public void Record_OfVotes_AgreesWithTheTwin(int heads, int width, bool guided, int sequencesPerSample)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(13);
        var sequences = sequencesPerSample * Samples;
        const int tokens = 6;
        const int votesOffset = 5;
        float[][] hidden = [.. Enumerable.Range(0, heads).Select(_ => RandomData.Normal(random, sequences * RowsFed * width, 2f))];
        float[][] norms = [.. Enumerable.Range(0, heads).Select(_ => RandomData.Normal(random, width))];
        var votes = Enumerable.Range(0, votesOffset + tokens * heads).Select(i => i % 3 == 0 ? random.Next(RowsFed) : random.Next(-1, RowsFed)).ToArray();
        for (var j = 0; j < tokens; j++)
        {
            votes[votesOffset + j * heads + j % heads] = j % RowsFed; // every token has a vote
        }

        var settings = new SamplingParameters(1.25f, 1f, 1f, 0, false, 0);
        var expected = KernelHarness.Sentinels(Samples * tokens * heads * width);
        var features = harness.Upload("features", expected);

        harness.Run(recorder => new VoteFeaturesKernel(fixture.RequireDevice()).Record(
            recorder,
            [.. hidden.Select(rows => harness.Upload("hidden", rows))],
            [.. norms.Select(weight => harness.Upload("norm", weight))],
            harness.Upload("votes", votes), votesOffset, harness.Upload("samplingParameters", new[] { settings }), guided, sequencesPerSample,
            features, Samples, RowsFed, tokens, width, Epsilon));

        VoteFeaturesReference.Gather(
            hidden, norms, votes.AsSpan(votesOffset), guided ? settings.GuidanceScale : null, sequencesPerSample,
            expected, Samples, RowsFed, tokens, width, Epsilon);

        // Sums of up to 200 squares in float32 in another order; guidance multiplies the difference of two of them.
        KernelHarness.AssertClose(expected, harness.Read<float>(features), 6e-6f);
    }

    [SkippableFact]
    public void Record_OfASampleAloneOrInABatch_GivesTheSameBits()
    {
        const int width = 72;
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(14);
        var hidden = RandomData.Normal(random, 2 * Samples * RowsFed * width);
        var norm = harness.Upload("norm", RandomData.Normal(random, width));
        var settings = harness.Upload("samplingParameters", new[] { new SamplingParameters(2.5f, 1f, 1f, 0, false, 0) });
        var votes = harness.Upload("votes", new[] { 3, 0 });
        var kernel = new VoteFeaturesKernel(fixture.RequireDevice());
        var all = harness.Upload("all", new float[Samples * 2 * width]);
        var last = harness.Upload("last", new float[2 * width]);

        harness.Run(recorder =>
        {
            var batch = harness.Upload("hidden", hidden);
            var sample = harness.Upload("hidden", hidden[^(2 * RowsFed * width)..]);
            kernel.Record(recorder, [batch], [norm], votes, 0, settings, true, 2, all, Samples, RowsFed, 2, width, Epsilon);
            kernel.Record(recorder, [sample], [norm], votes, 0, settings, true, 2, last, 1, RowsFed, 2, width, Epsilon);
        });

        Assert.Equal(harness.Read<float>(all)[^(2 * width)..], harness.Read<float>(last));
    }

    [SkippableFact]
    public void Record_OfFourHeads_IsRefused()
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var buffer = harness.Upload("any", new float[8]);
        DeviceBuffer[] four = [buffer, buffer, buffer, buffer];

        var error = Assert.Throws<ArgumentException>(() => harness.Run(recorder =>
            new VoteFeaturesKernel(fixture.RequireDevice()).Record(
                recorder, four, four, buffer, 0, buffer, false, 1, buffer, 1, 1, 1, 8, Epsilon)));

        Assert.Contains("one to 3 heads", error.Message);
    }

    [SkippableFact]
    public void Record_OfGuidanceWithoutUnconditionalSequences_IsRefused()
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var buffer = harness.Upload("any", new float[8]);

        var error = Assert.Throws<ArgumentException>(() => harness.Run(recorder =>
            new VoteFeaturesKernel(fixture.RequireDevice()).Record(
                recorder, [buffer], [buffer], buffer, 0, buffer, true, 1, buffer, 1, 1, 1, 8, Epsilon)));

        Assert.Contains("does not go with 1 sequence(s) per sample", error.Message);
    }
}
