using System.Diagnostics;
using System.Globalization;
using NarVulkan.Checkpoints;
using NarVulkan.Generation;
using NarVulkan.Models.T5;
using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>
/// From a prompt to tokens with random weights of the published sizes, flan-t5-xl and NAR XL at 256 x 256 pixels, in 8 bits. It takes minutes, and so runs only where
/// <c>NARVK_LARGE_REPORT</c> names a file for its figures.
/// </summary>
[Collection(ModelCollection.Name)]
public sealed class LargeTextToImageTests(ModelFixture fixture)
{
    private const int TextWidth = 2048, TextTokens = 120, Width = 1280, Blocks = 36, Vocabulary = 16384;
    private const long MostBytes = 12_000_000_000;

    [SkippableFact]
    public void Generate_AnImageOfAPromptWithPublishedSizes_StaysWithin12Gigabytes()
    {
        string? report = Environment.GetEnvironmentVariable("NARVK_LARGE_REPORT");
        Skip.If(report is null, "takes minutes; NARVK_LARGE_REPORT=FILE runs it and writes its figures there");
        var kernels = fixture.RequireContext().Kernels;
        var options = new NarLoadOptions { Precision = NarPrecision.Q8 };
        var watch = Stopwatch.StartNew();

        var (features, mask, encoder) = Encode(kernels, options);
        double encoded = watch.Elapsed.TotalSeconds;
        long afterEncoder = fixture.RequireContext().DeviceMemory.InUse;

        var description = new GeneratorDescription(Architecture.NarTextToImage, "random-nar-xl-t2i", 20, [16, 16], TextTokens, 1, 0);
        using var file = Random(description.WeightsPath, GeneratorShapes(description));
        using var generator = ModelLoading.LoadGenerator(fixture.RequireContext(), file, description, options).Engine;
        double loaded = watch.Elapsed.TotalSeconds;
        var tokens = new int[256];
        var text = TextInputs.Create(new NarTextCondition { Features = features, Mask = mask }, 1, TextTokens, TextWidth);
        generator.Generate(
            new GenerationInputs { Text = text },
            new NarGenerationRequest { Classes = [-1], Sampling = new NarSampling { GuidanceScale = 7.5f, TopK = 1000 }, DecodeFrames = false },
            tokens, default, null, CancellationToken.None);

        using var process = Process.GetCurrentProcess();
        long peakDevice = fixture.RequireContext().DeviceMemory.Peak;
        File.WriteAllText(report!, string.Create(CultureInfo.InvariantCulture, $"""
            text encoder: {encoder.Parameters:N0} weights, {encoder.DeviceBytes:N0} bytes of device memory; load and encode {encoded:0.0} s; in use after it: {afterEncoder:N0} bytes
            generator: {generator.Weights.Parameters:N0} weights, {generator.Weights.DeviceBytes:N0} bytes; load {loaded - encoded:0.0} s; 256 tokens, guidance 7.5: {watch.Elapsed.TotalSeconds - loaded:0.0} s
            peak of device memory {peakDevice:N0} bytes, of the process {process.PeakWorkingSet64:N0} bytes

            """));
        Assert.All(tokens, token => Assert.InRange(token, 0, Vocabulary - 1));
        Assert.True(tokens.Distinct().Count() > 16);
        Assert.True(afterEncoder < encoder.DeviceBytes / 2, "the encoder's memory was not given back");
        Assert.True(Math.Max(process.PeakWorkingSet64, peakDevice) < MostBytes);
    }

    private static (float[] Features, int[] Mask, (long Parameters, long DeviceBytes) Size) Encode(NarVulkan.Models.KernelSet kernels, NarLoadOptions options)
    {
        var config = new T5Config
        {
            Width = TextWidth, Heads = 32, HeadSize = 64, FeedForward = 5120, Blocks = 24, Vocabulary = 32128, Buckets = 32, MaxDistance = 128, Epsilon = 1e-6f, EmbeddingName = "shared.weight",
        };
        using var file = Random("random-flan-t5-xl", EncoderShapes(config));
        using var encoder = T5Encoder.Load(kernels, file, config, options);
        var tokenizer = TextTokenizer.Open(TestPaths.Fixture("golden/t5-text/flan-t5-tiny/spiece.model"));
        int[] ids = tokenizer.Encode(NarTextEncoder.Prepare("a red fox in the snow"), TextTokens);
        int[] mask = [.. Enumerable.Repeat(1, ids.Length), .. new int[TextTokens - ids.Length]];
        var features = new float[TextTokens * TextWidth];
        encoder.Encode([.. ids, .. new int[TextTokens - ids.Length]], mask, TextTokens, features, CancellationToken.None);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
        return (features, mask, (encoder.Weights.Parameters, encoder.Weights.DeviceBytes));
    }

    private static WeightFile Random(string name, IEnumerable<RandomTensorShape> shapes)
    {
        var contents = new WeightFileContents(PlainValues.Empty);
        foreach (var shape in shapes)
        {
            contents.Add(new RandomTensor(name, shape, 1), name);
        }
        return WeightFile.Of(name, contents);
    }

    private static IEnumerable<RandomTensorShape> EncoderShapes(T5Config config)
    {
        yield return new("shared.weight", [config.Vocabulary, config.Width], 1);
        yield return new("encoder.final_layer_norm.weight", [config.Width], null);
        yield return new("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", [config.Buckets, config.Heads], 1);
        for (int block = 0; block < config.Blocks; block++)
        {
            string attention = $"encoder.block.{block}.layer.0.", feedForward = $"encoder.block.{block}.layer.1.";
            yield return new(attention + "layer_norm.weight", [config.Width], null);
            yield return new(feedForward + "layer_norm.weight", [config.Width], null);
            foreach (string part in (string[])["q", "k", "v"])
            {
                yield return Matrix($"{attention}SelfAttention.{part}.weight", config.AttentionWidth, config.Width);
            }
            yield return Matrix(attention + "SelfAttention.o.weight", config.Width, config.AttentionWidth);
            yield return Matrix(feedForward + "DenseReluDense.wi_0.weight", config.FeedForward, config.Width);
            yield return Matrix(feedForward + "DenseReluDense.wi_1.weight", config.FeedForward, config.Width);
            yield return Matrix(feedForward + "DenseReluDense.wo.weight", config.Width, config.FeedForward);
        }
    }

    private static IEnumerable<RandomTensorShape> GeneratorShapes(GeneratorDescription description) =>
        GeneratorTensors.Of(description with { Architecture = Architecture.NarTextToImage, ConditionTokens = TextTokens }, Width, Blocks, 3584, Vocabulary, classes: 0, TextWidth);

    private static RandomTensorShape Matrix(string name, long rows, long columns) => new(name, [rows, columns], 1 / MathF.Sqrt(columns));
}
