namespace NarVulkan.Cli.Engine;

/// <summary>A loaded model of the library. Owns it.</summary>
internal sealed class VulkanEngineModel(NarModel model) : IEngineModel
{
    public NarModelInfo Info => model.Info;

    public NarGenerationResult Generate(NarGenerationRequest request, IProgress<NarProgress>? progress, CancellationToken cancellation) =>
        model.Generate(request, progress, cancellation);

    public float[] Decode(ReadOnlySpan<int> tokens, int batch) => model.Decode(tokens, batch);

    public int[] Encode(ReadOnlySpan<float> video, int batch) => model.Encode(video, batch);

    public void Dispose() => model.Dispose();
}
