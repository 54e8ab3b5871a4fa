namespace NarVulkan.Cli.Engine;

/// <summary>A loaded text encoder of the library. Owns it.</summary>
internal sealed class VulkanEngineTextEncoder(NarTextEncoder encoder) : IEngineTextEncoder
{
    public NarTextEncoderInfo Info => encoder.Info;

    public NarTextCondition Encode(IReadOnlyList<string> prompts, bool clean, CancellationToken cancellation) => encoder.Encode(prompts, clean, cancellation);

    public float[] Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> mask, int tokens, CancellationToken cancellation) => encoder.Encode(ids, mask, tokens, cancellation);

    public void Dispose() => encoder.Dispose();
}
