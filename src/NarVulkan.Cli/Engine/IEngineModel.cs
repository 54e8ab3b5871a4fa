namespace NarVulkan.Cli.Engine;

/// <summary>A model on a device. Array shapes are those of <see cref="NarModel"/>.</summary>
internal interface IEngineModel : IDisposable
{
    NarModelInfo Info { get; }

    NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation);

    /// <summary>A session, which generates step by step. It is the library's own and needs a device; stand-ins have none.</summary>
    NarSession CreateSession() => throw new NotSupportedException("only the library has sessions");

    float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation);

    int[] Encode(ReadOnlySpan<float> pixels, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation);
}
