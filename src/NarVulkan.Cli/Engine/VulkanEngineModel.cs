namespace NarVulkan.Cli.Engine;

/// <summary>A loaded model of the library. Owns it.</summary>
internal sealed class VulkanEngineModel(NarModel model) : IEngineModel
{
    public NarModelInfo Info => model.Info;

    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation) =>
        model.Generate(request, progress, cancellation);

    public float[] Decode(ReadOnlySpan<int> tokens, int batch, CancellationToken cancellation) => model.Decode(tokens, batch, grid: null, cancellation);

    public int[] Encode(ReadOnlySpan<float> video, int batch, CancellationToken cancellation) => model.Encode(video, batch, grid: null, cancellation);

    public void Dispose() => model.Dispose();
}
