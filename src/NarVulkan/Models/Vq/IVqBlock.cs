namespace NarVulkan.Models.Vq;

/// <summary>A stage of the tokenizer with its weights.</summary>
internal interface IVqBlock
{
    /// <summary>Records the stage. It uses up <paramref name="x"/>: the result takes its place or <paramref name="x"/> was returned to the pool.</summary>
    FeatureMap Record(VqRecorder recorder, FeatureMap x);
}
