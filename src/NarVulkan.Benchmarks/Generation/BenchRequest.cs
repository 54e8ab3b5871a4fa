namespace NarVulkan.Benchmarks.Generation;

/// <summary>The request that is timed: the same for every run, whatever the model is conditioned on.</summary>
internal static class BenchRequest
{
    /// <summary>So many samples side by side, tokens only, with seed 1.</summary>
    public static NarGenerationRequest For(NarModelInfo info, NarSampling sampling, int samples) => new()
    {
        Classes = [.. Enumerable.Range(0, samples).Select(sample => sample % Math.Max(1, info.ClassCount))],
        // Features and tokens of nothing in particular: the work is the same.
        Text = info.TextFeatureWidth > 0 ? new NarTextCondition { Features = new float[samples * info.ConditionTokens * info.TextFeatureWidth] } : null,
        ConditionTokens = info.Architecture == "nar-c2v-fp" ? new int[samples * info.ConditionTokens] : null,
        Seed = 1,
        Sampling = sampling,
        DecodeFrames = false,
        MaxBatch = samples,
    };
}
