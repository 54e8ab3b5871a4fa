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
public readonly record struct NarStep(int Index, int StepCount, IReadOnlyList<int> Fresh, int TokensDone, int TokenCount)
{
    /// <summary>Whether every token exists.</summary>
    public bool IsLast => Index == StepCount - 1;
}
