using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Texts of different lengths in one batch, one of them empty: every sample is what it would be alone, bit for bit.</summary>
[Collection(ModelCollection.Name)]
public sealed class TextBatchTests(ModelFixture fixture)
{
    private const int Samples = 5, Empty = 2;

    [SkippableTheory]
    [InlineData("nar-t2i-short", true), InlineData("nar-t2i-short", false), InlineData("llamagen-t2i", true)]
    public void Generate_TextsOfDifferentLengths_EachIsAsIfAlone(string name, bool leftPad)
    {
        var model = fixture.Model($"golden/{name}");
        int rows = model.Info.ConditionTokens, width = model.Info.TextFeatureWidth, count = model.Info.TokenCount;
        var (features, mask) = Texts(rows, width);
        NarGenerationRequest Request(int first, int samples) => new()
        {
            Classes = [.. Enumerable.Repeat(-1, samples)],
            Text = new NarTextCondition
            {
                Features = features.AsSpan(first * rows * width, samples * rows * width).ToArray(),
                Mask = mask.AsSpan(first * rows, samples * rows).ToArray(),
                LeftPad = leftPad,
            },
            Sampling = new NarSampling { Greedy = true, GuidanceScale = 2f, GuidanceInterval = 9 },
            KeepLogits = true,
            DecodeFrames = false,
        };

        var together = model.Generate(Request(0, Samples));

        var oneByOne = model.Generate(Request(0, Samples) with { MaxBatch = 1 });
        Assert.Equal(together.Tokens, oneByOne.Tokens);
        Assert.Equal(together.Logits, oneByOne.Logits);
        int logits = count * model.Info.Vocabulary;
        var empty = model.Generate(Request(Empty, 1));
        Assert.Equal(together.Tokens.AsSpan(Empty * count, count).ToArray(), empty.Tokens);
        Assert.Equal(together.Logits.AsSpan(Empty * logits, logits).ToArray(), empty.Logits);
        // Texts matter: otherwise all of the above would hold for nothing.
        Assert.Equal(Samples, Enumerable.Range(0, Samples).Select(sample => string.Join(' ', together.Tokens.Skip(sample * count).Take(count))).Distinct().Count());
    }

    /// <summary>A full text, one token, none at all, a half, all but one; rubbish behind each.</summary>
    private static (float[] Features, int[] Mask) Texts(int rows, int width)
    {
        int[] lengths = [rows, 1, 0, rows / 2, rows - 1];
        var random = new Random(3);
        float[] features = [.. Enumerable.Range(0, Samples * rows * width).Select(_ => 2 * random.NextSingle() - 1)];
        int[] mask = [.. Enumerable.Range(0, Samples * rows).Select(row => row % rows < lengths[row / rows] ? 1 : 0)];
        return (features, mask);
    }
}
