using NarVulkan.Checkpoints;
using NarVulkan.Models.T5;
using Xunit;

namespace NarVulkan.Tests.Models.T5;

/// <summary>The text encoder against outputs of the original, from every kind of file that it is published as.</summary>
[Collection(ModelCollection.Name)]
public sealed class T5GoldenTests(ModelFixture fixture)
{
    // Values are up to 5 in size, and the original in float32 is within 7e-6 of itself in float64.
    private const double Tolerance = 1e-4;

    // The residual stream is some times larger before the final norm.
    private const double HiddenTolerance = 5e-4;

    private static readonly string[] Inputs = ["len1", "len7", "len20", "pad120", "pad120_no_mask", "long200"];

    [SkippableTheory]
    [InlineData("t5-encoder", "pytorch_model.bin")]
    [InlineData("t5-encoder-sharded", "pytorch_model.bin.index.json")]
    public void Encode_EveryInput_GivesTheOriginalsLastHiddenStates(string golden, string weights)
    {
        using var encoder = Load(golden, weights);
        foreach (string input in Inputs)
        {
            var (expected, actual) = Encode(encoder, golden, input);
            Golden.AssertClose(expected, actual, Tolerance);
        }
    }

    [SkippableTheory]
    [InlineData("t5-encoder", "model.safetensors")]
    [InlineData("t5-encoder-sharded", "safetensors/model.safetensors.index.json")]
    public void Encode_FromSafetensors_GivesTheSame(string golden, string weights)
    {
        using var encoder = Load(golden, weights);
        var (expected, actual) = Encode(encoder, golden, "len20");
        Golden.AssertClose(expected, actual, Tolerance);
    }

    [SkippableTheory]
    [InlineData("t5-encoder", "pytorch_model.bin")]
    [InlineData("t5-encoder-sharded", "pytorch_model.bin.index.json")]
    public void Encode_BlockByBlock_GivesTheOriginalsHiddenStates(string golden, string weights)
    {
        using var encoder = Load(golden, weights);
        int[] ids = Golden.Ints($"golden/{golden}/len20__input_ids.npy");
        float[] expected = Golden.Floats($"golden/{golden}/len20__hidden_states.npy");
        int values = ids.Length * encoder.Config.Width;
        for (int blocks = 0; blocks <= encoder.Config.Blocks; blocks++)
        {
            using var plan = new T5EncodePlan(fixture.RequireContext().Kernels, encoder.Weights, 1, ids.Length, blocks);
            var actual = new float[values];
            plan.Run(ids, Ones(ids.Length), actual, CancellationToken.None);
            Golden.AssertClose(expected.AsSpan(blocks * values, values), actual, HiddenTolerance);
        }
    }

    [SkippableTheory]
    [InlineData(NarPrecision.Float16, 0.02)]
    [InlineData(NarPrecision.BFloat16, 0.15)]
    public void Encode_WithHalfWeights_StaysNear(NarPrecision precision, double tolerance)
    {
        // Weights are rounded to 2^-12 or 2^-9 of themselves, three blocks deep; RESULTS.md has the errors that were measured.
        using var encoder = Load("t5-encoder", "model.safetensors", precision);
        Assert.Equal(precision, encoder.Precision);
        var (expected, actual) = Encode(encoder, "t5-encoder", "pad120");
        Golden.AssertClose(expected, actual, tolerance);
    }

    [SkippableFact]
    public void Load_AnEncoderDecoder_TakesTheEncoderAlone()
    {
        using var encoder = Load("t5-encoder-sharded", "pytorch_model.bin.index.json");

        // Its vocabulary once, although the files hold it three times, and no decoder.
        var config = encoder.Config;
        Assert.Equal((48, 4, 16, 80, 3, 160), (config.Width, config.Heads, config.HeadSize, config.FeedForward, config.Blocks, config.Vocabulary));
        Assert.Equal(config.Parameters, encoder.Weights.Parameters + encoder.Weights.PositionBiases.Length);
    }

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    private static (float[] Expected, float[] Actual) Encode(T5Encoder encoder, string golden, string input)
    {
        var ids = NpyFile.Read(TestPaths.Fixture($"golden/{golden}/{input}__input_ids.npy"));
        string mask = Path.Combine(TestPaths.RepositoryRoot, "tests", "fixtures", "golden", golden, input + "__attention_mask.npy");
        int[] tokens = ids.ToInts();
        var actual = new float[tokens.Length * encoder.Config.Width];
        encoder.Encode(tokens, File.Exists(mask) ? NpyFile.Read(mask).ToInts() : Ones(tokens.Length), ids.Shape[1], actual, CancellationToken.None);
        return (Golden.Floats($"golden/{golden}/{input}__last_hidden_state.npy"), actual);
    }

    private T5Encoder Load(string golden, string weights, NarPrecision precision = NarPrecision.Float32) => T5Encoder.Load(
        fixture.RequireContext().Kernels,
        new TextDescription(TestPaths.Fixture($"golden/{golden}/{weights}"), "", TestPaths.Fixture($"golden/{golden}/config.json"), 120),
        new NarLoadOptions { Precision = precision });
}
