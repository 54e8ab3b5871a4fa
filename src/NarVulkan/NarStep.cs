namespace NarVulkan;

/// <summary>A model step of a generation that is complete.</summary>
/// <param name="Index">Number of the step, from 0, which feeds the condition.</param>
/// <param name="StepCount">Steps of one generation.</param>
/// <param name="Fresh">
/// Places of the tokens that the step sampled, the same in every sample: raster indices, (frame * rows + row) * columns + column over
/// <see cref="NarModelInfo.Grid"/>. The wave front, for whoever wants to show it.
/// </param>
/// <param name="TokensDone">Tokens of each sample that exist now.</param>
/// <param name="TokenCount">Tokens of each sample in all.</param>
/// <param name="FirstSample">First sample of the request that the step belongs to; not 0 only where a request does not fit the device side by side.</param>
/// <param name="SampleCount">Samples side by side.</param>
public readonly record struct NarStep(int Index, int StepCount, IReadOnlyList<int> Fresh, int TokensDone, int TokenCount, int FirstSample, int SampleCount)
{
    /// <summary>Whether these samples have all of their tokens.</summary>
    public bool IsLast => Index == StepCount - 1;
}
