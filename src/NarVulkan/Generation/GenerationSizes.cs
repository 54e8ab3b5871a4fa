using NarVulkan.Models;

namespace NarVulkan.Generation;

/// <summary>
/// Sizes of the device memory that one generation takes: what <see cref="GenerationBuffers"/> allocates, and what the choice
/// of a batch goes by. Everything grows in proportion to the samples.
/// </summary>
/// <param name="Weights">The generator.</param>
/// <param name="Key">Shape of the generation.</param>
internal readonly record struct GenerationSizes(GeneratorWeights Weights, PlanKey Key)
{
    /// <summary>Sequences in the cache for each sample: 2 with guidance (conditional, unconditional), else 1.</summary>
    public int SequencesPerSample => Key.Guidance.Any ? 2 : 1;

    /// <summary>Sequences in the cache.</summary>
    public int Sequences => Key.Samples * SequencesPerSample;

    /// <summary>Most rows that a step feeds; steps after the last guided one feed half as many sequences.</summary>
    public long Rows
    {
        get
        {
            long most = 0;
            int lastGuided = Key.Guidance.LastIn(Weights.Schedule);
            foreach (var step in Weights.Schedule.Steps)
            {
                most = Math.Max(most, (long)Key.Samples * (step.Index <= lastGuided ? 2 : 1) * step.Fed.Count);
            }
            return most;
        }
    }

    /// <summary>Most tokens that a step samples.</summary>
    public long Sampled => (long)Key.Samples * Weights.Schedule.MostSampled;

    /// <summary>Values of the joined head features of a step.</summary>
    public long FeatureWidth => (long)Weights.Heads.Count * Weights.Shape.Width;

    /// <summary>Values of the text features that condition all sequences; 0 where no text does.</summary>
    public long TextFeatures => Weights.Captions is { } captions ? (long)Sequences * captions.Tokens * captions.FeatureWidth : 0;

    /// <summary>Bytes of the largest buffer that a kernel binds.</summary>
    public ulong LargestBound => new[]
    {
        KvCache.BytesPerBuffer(Sequences, Weights.Shape.Width, Weights.Schedule.SlotCount),
        Floats(Rows * Math.Max(Weights.Shape.Width, Weights.Shape.FeedForward)),
        Floats(Sampled * FeatureWidth),
        Floats(Sampled * Weights.Shape.Vocabulary),
        Floats(TextFeatures),
    }.Max();

    /// <summary>Bytes of the logits of all steps; 0 where they are not kept. Copied to, never bound.</summary>
    public ulong KeptLogits => Key.KeepLogits ? Floats((long)Key.Samples * Weights.Schedule.Grid.Count * Weights.Shape.Vocabulary) : 0;

    /// <summary>Bytes of everything but small tables.</summary>
    public ulong Total
    {
        get
        {
            var shape = Weights.Shape;
            ulong cache = 2 * (ulong)shape.Blocks * KvCache.BytesPerBuffer(Sequences, shape.Width, Weights.Schedule.SlotCount);
            long perRow = 3L * shape.Width + shape.FeedForward + FeatureWidth;
            return cache + Floats(Rows * perRow) + Floats(TextFeatures) + Floats(Sampled * (FeatureWidth + shape.Vocabulary)) + KeptLogits;
        }
    }

    private static ulong Floats(long count) => checked((ulong)count * sizeof(float));
}
