namespace NarVulkan.Cli.Engine;

/// <summary>A text encoder on a device. Array shapes are those of <see cref="NarTextEncoder"/>.</summary>
internal interface IEngineTextEncoder : IDisposable
{
    NarTextEncoderInfo Info { get; }

    NarTextCondition Encode(IReadOnlyList<string> prompts, bool clean, CancellationToken cancellation);

    float[] Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> mask, int tokens, CancellationToken cancellation);
}
