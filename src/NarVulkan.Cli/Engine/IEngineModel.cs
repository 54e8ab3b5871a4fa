namespace NarVulkan.Cli.Engine;

/// <summary>A model on a device. Array shapes are those of <see cref="NarModel"/>.</summary>
internal interface IEngineModel : IDisposable
{
    NarModelInfo Info { get; }

    NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation);

    float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation);

    int[] Encode(ReadOnlySpan<float> pixels, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation);
}
