using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Models.T5;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models.T5;

/// <summary>The text encoder against its kernels' twins, on sizes that no golden has, and on devices of other kinds.</summary>
[Collection(VulkanCollection.Name)]
public sealed class T5EncoderTests(VulkanFixture fixture) : IDisposable
{
    private const int Texts = 3, Tokens = 37;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Encode_OfOddSizes_MatchesTheTwinsAndEachTextIsAsIfAlone()
    {
        var device = fixture.RequireDevice();
        // Heads that together are wider than the model, more tokens than buckets reach, texts of different lengths, one of them with a gap.
        var tensors = new T5Tensors(width: 40, heads: 3, headSize: 24, feedForward: 56, blocks: 2, vocabulary: 50, buckets: 8);
        using var encoder = Load(device, tensors, NarPrecision.Float32);

        float[] together = AssertMatchesTwins(encoder, tensors, tolerance: 1e-5);

        var (ids, mask) = Inputs();
        for (int text = 0; text < Texts; text++)
        {
            Assert.Equal(together[(text * Tokens * 40)..((text + 1) * Tokens * 40)], Encode(encoder, ids[(text * Tokens)..((text + 1) * Tokens)], mask[(text * Tokens)..((text + 1) * Tokens)]));
        }
    }

    [SkippableTheory]
    [InlineData(NarPrecision.Float32)]
    [InlineData(NarPrecision.Float16)]
    public void Encode_WhereTheFeedForwardLayerLeavesTheRangeOfHalfs_StaysExact(NarPrecision precision)
    {
        var device = fixture.RequireDevice();
        AssertLargeActivations(device, precision);
    }

    [SkippableFact]
    public void Encode_OnCooperativeMatrices_StaysExactBeyondTheRangeOfHalfs()
    {
        var device = fixture.RequireCooperativeDevice();
        AssertLargeActivations(device, NarPrecision.Float16);
    }

    [SkippableFact]
    public void Encode_WithWeightsOf8Bits_StaysNearTheTwins()
    {
        var device = fixture.RequireDevice();
        var tensors = new T5Tensors(width: 64, heads: 4, headSize: 16, feedForward: 96, blocks: 2, vocabulary: 50, buckets: 8);
        using var encoder = Load(device, tensors, NarPrecision.Q8);
        Assert.Equal(NarPrecision.Q8, encoder.Precision);
        // A byte and a sixteenth for each weight of a product, two for each of the table, four for norms and no others.
        Assert.True(encoder.Weights.DeviceBytes < 1.4 * encoder.Weights.Parameters, $"{encoder.Weights.DeviceBytes} bytes of {encoder.Weights.Parameters} weights");
        var (ids, mask) = Inputs();

        float[] actual = Encode(encoder, ids, mask), expected = T5Reference.Encode(tensors, encoder.Config, ids, mask, Texts);

        // Weights are off by 0.2 % of the largest in 32, 0.6 % of their own deviation; four products deep in each of two blocks, on top of what passes by.
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Average()), size = Math.Sqrt(expected.Average(e => Math.Pow(e, 2)));
        Assert.InRange(error / size, 1e-4, 0.03);
    }

    [SkippableFact]
    public void Encode_WithWeightsInPanelsAndTheTableInParts_MatchesTheTwins()
    {
        fixture.RequireDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 24 << 10, ForceStorageLoadPath = true });
        var tensors = new T5Tensors(width: 40, heads: 3, headSize: 24, feedForward: 80, blocks: 1, vocabulary: 300, buckets: 8);
        using var encoder = Load(device, tensors, NarPrecision.Float32);

        Assert.True(encoder.Weights.Embedding.Parts.Count > 1);
        AssertMatchesTwins(encoder, tensors, tolerance: 1e-5);
        Assert.True(encoder.LongestText < 80, $"{encoder.LongestText} tokens of 80 floats");
    }

    [Fact]
    public void Read_WhatIsNoSupportedEncoder_SaysWhatIsWrong()
    {
        var tensors = new T5Tensors(width: 40, heads: 3, headSize: 24, feedForward: 56, blocks: 2, vocabulary: 50, buckets: 8);
        Assert.Equal(tensors.Values.Sum(tensor => (long)tensor.Value.Values.Length), Read(tensors.Config).Parameters);
        Fails("feed_forward_proj is 'relu', but only gated-gelu is supported", tensors.Config.Replace("gated-gelu", "relu"));
        Fails("feed_forward_proj is 'relu'", "{}");
        Fails("num_heads is missing", tensors.Config.Replace("num_heads", "heads"));
        Fails("num_layers is 3, but", tensors.Config.Replace("\"num_layers\": 2", "\"num_layers\": 3"));
        Fails("d_model is 48, but", tensors.Config.Replace("\"d_model\": 40", "\"d_model\": 48"));
        Fails("multiples of 8", tensors.Config.Replace("\"d_kv\": 24", "\"d_kv\": 20"));
        Fails("makes no buckets", tensors.Config.Replace("_buckets\": 8", "_buckets\": 10"));
        tensors.Values.Remove("encoder.block.0.layer.0.SelfAttention.q.weight");
        Fails("is it a T5 text encoder?", tensors.Config);

        T5Config Read(string config)
        {
            var description = tensors.Write(folder);
            folder.Write("config.json", config);
            using var file = WeightFile.Open(description.WeightsPath);
            return T5Config.Read(description.ConfigPath, file);
        }

        void Fails(string problem, string config) => Assert.Contains(problem, Assert.Throws<ModelFileException>(() => Read(config)).Message, StringComparison.Ordinal);
    }

    private void AssertLargeActivations(VulkanDevice device, NarPrecision precision)
    {
        var tensors = new T5Tensors(width: 48, heads: 3, headSize: 16, feedForward: 64, blocks: 2, vocabulary: 50, buckets: 8, normScale: 400f);
        using var encoder = Load(device, tensors, precision);
        Assert.Equal(precision, encoder.Precision);

        // gelu(gate) * up is of size (400 * 0.2 * sqrt(48))^2 / 2: 150 thousand, where a half ends at 65504. The final norm brings features back to 0.1, and rounding
        // with them: 1e-5 of values of size 0.3 at most.
        AssertMatchesTwins(encoder, tensors, tolerance: 1e-5);
    }

    private static float[] AssertMatchesTwins(T5Encoder encoder, T5Tensors tensors, double tolerance)
    {
        var (ids, mask) = Inputs();
        float[] actual = Encode(encoder, ids, mask);
        Golden.AssertClose(T5Reference.Encode(tensors, encoder.Config, ids, mask, Texts), actual, tolerance);
        return actual;
    }

    private static float[] Encode(T5Encoder encoder, int[] ids, int[] mask)
    {
        var features = new float[ids.Length * encoder.Config.Width];
        encoder.Encode(ids, mask, Tokens, features, CancellationToken.None);
        return features;
    }

    private static (int[] Ids, int[] Mask) Inputs()
    {
        var random = new Random(4);
        int[] lengths = [Tokens, 1, 20];
        int[] mask = [.. Enumerable.Range(0, Texts * Tokens).Select(row => row % Tokens < lengths[row / Tokens] && row != (2 * Tokens) + 7 ? 1 : 0)];
        return ([.. mask.Select(_ => random.Next(50))], mask);
    }

    private T5Encoder Load(VulkanDevice device, T5Tensors tensors, NarPrecision precision) =>
        T5Encoder.Load(new KernelSet(device), tensors.Write(folder), new NarLoadOptions { Precision = precision });
}
