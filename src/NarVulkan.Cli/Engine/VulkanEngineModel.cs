namespace NarVulkan.Cli.Engine;

/// <summary>A loaded model of the library. Owns it.</summary>
internal sealed class VulkanEngineModel(NarModel model) : IEngineModel
{
    public NarModelInfo Info => model.Info;

    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation) =>
        model.Generate(request, progress, cancellation);

    public NarSession CreateSession() => model.CreateSession();

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) =>
        model.Decode(tokens, batch, grid, cancellation);

    public int[] Encode(ReadOnlySpan<float> pixels, int batch, IReadOnlyList<int>? grid, CancellationToken cancellation) =>
        model.Encode(pixels, batch, grid, cancellation);

    public void Dispose() => model.Dispose();
}
