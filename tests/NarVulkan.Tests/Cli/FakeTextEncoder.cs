using NarVulkan.Cli.Engine;

namespace NarVulkan.Tests.Cli;

/// <summary>A text encoder without a device: the features of a prompt are its length.</summary>
internal sealed class FakeTextEncoder(FakeEngine engine, int tokens, int width) : IEngineTextEncoder
{
    public NarTextEncoderInfo Info => new()
    {
        Name = "fake text",
        Tokens = tokens,
        FeatureWidth = width,
        Vocabulary = 100,
        LongestText = 1000,
        Transformer = new NarTransformerSize(width, 1, 0, 1, width),
        Precision = NarPrecision.Float32,
        ParameterCount = 100,
        WeightBytes = 400,
    };

    public NarTextCondition Encode(IReadOnlyList<string> prompts, bool clean, CancellationToken cancellation)
    {
        engine.EncodedPrompts.AddRange(prompts.Select(prompt => clean ? prompt : "not cleaned: " + prompt));
        return new NarTextCondition
        {
            Features = [.. prompts.SelectMany(prompt => Enumerable.Repeat((float)prompt.Length, tokens * width))],
            Mask = [.. Enumerable.Repeat(1, prompts.Count * tokens)],
        };
    }

    public float[] Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> mask, int length, CancellationToken cancellation) => new float[ids.Length * width];

    public void Dispose()
    {
    }
}
