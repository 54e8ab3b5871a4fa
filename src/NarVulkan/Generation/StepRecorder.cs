using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>Records the dispatch chain of one decode step. There is one for all generators: what differs is in the step's data.</summary>
internal sealed class StepRecorder(KernelSet kernels, GeneratorWeights weights, GenerationBuffers buffers, PlanKey key)
{
    /// <summary>Appends embedding, blocks, heads, output product and sampling of <paramref name="step"/>.</summary>
    public void Record(CommandRecorder recorder, DecodeStep step)
    {
        bool guided = step.Index < key.GuidedSteps;
        int sequencesPerSample = guided ? 2 : 1;
        var rows = new StepRows
        {
            Sequences = key.Samples * sequencesPerSample,
            SequenceStride = buffers.SequencesPerSample / sequencesPerSample,
            RowsPerSequence = step.Fed.Count,
            FirstSlot = step.FirstSlot,
            VisibleKeys = step.VisibleKeys,
            HiddenBegin = step.HiddenBegin,
            HiddenEnd = step.HiddenEnd,
            Causal = step.Causal,
        };

        recorder.BeginRegion("embed");
        Embed(recorder, step, rows, sequencesPerSample);
        recorder.EndRegion();

        int head = 0;
        for (int block = 0; block < weights.Blocks.Count; block++)
        {
            recorder.BeginRegion("blocks");
            weights.Blocks[block].Record(recorder, kernels, rows, buffers.Hidden, buffers.Scratch, buffers.Cache.Keys(block), buffers.Cache.Values(block), buffers.Cache.Slots);
            recorder.EndRegion();
            // A head that reads an inner block keeps a copy: the next block updates the hidden states in place.
            for (; head < weights.Heads.Count - 1 && weights.Heads[head].AfterBlock == block; head++)
            {
                recorder.Copy(buffers.Hidden, 0, buffers.HeadRows[head], 0, (ulong)rows.Rows * (ulong)weights.Shape.Width * sizeof(float));
            }
        }

        recorder.BeginRegion("heads");
        Vote(recorder, step, guided);
        recorder.EndRegion();
        recorder.BeginRegion("sample");
        kernels.Sample.Record(
            recorder, buffers.Logits, buffers.Parameters, buffers.RasterPositions, buffers.Tokens,
            new SampleShape(key.Samples, step.Sampled.Count, step.FirstSampled, weights.Schedule.Grid.Count, weights.Shape.Vocabulary));
        recorder.EndRegion();
        recorder.MarkStep(step.Index);
    }

    private void Embed(CommandRecorder recorder, DecodeStep step, in StepRows rows, int sequencesPerSample)
    {
        bool condition = step.Fed[0].Source == FedSource.Condition;
        // Condition ids exist for each sequence, sampled tokens once for the conditional and the unconditional one.
        var ids = condition
            ? new TokenIds(buffers.ConditionIds, Offset: 0, Stride: buffers.ConditionSlots, Divisor: 1)
            : new TokenIds(buffers.Tokens, Offset: step.Fed[0].Index, Stride: weights.Schedule.Grid.Count, Divisor: sequencesPerSample);
        var positions = weights.PositionEmbedding is { } table
            ? new PositionIds(table, weights.Positions, buffers.SlotPositions, step.FirstSlot)
            : (PositionIds?)null;
        kernels.EmbedTokens.Record(recorder, weights.Embedding, ids, positions, buffers.Hidden, rows.Sequences, rows.RowsPerSequence);
    }

    private void Vote(CommandRecorder recorder, DecodeStep step, bool guided)
    {
        int sampled = step.Sampled.Count, heads = weights.Heads.Count;
        uint featureWidth = (uint)(heads * weights.Shape.Width);
        kernels.VoteFeatures.Record(
            recorder, buffers.HeadRows, [.. weights.Heads.Select(head => head.NormWeight)], buffers.Votes, step.FirstSampled * heads, buffers.Parameters,
            guided, buffers.Features, key.Samples, step.Fed.Count, sampled, weights.Shape.Width, weights.Epsilon);
        kernels.Matmul.Record(recorder, weights.Output, buffers.Features, 0, featureWidth, buffers.Logits, 0, (uint)weights.Shape.Vocabulary, key.Samples * sampled, MatmulEpilogue.Store);
        if (buffers.KeptLogits is { } kept)
        {
            ulong row = (ulong)weights.Shape.Vocabulary * sizeof(float);
            for (int sample = 0; sample < key.Samples; sample++)
            {
                ulong to = ((ulong)sample * (ulong)weights.Schedule.Grid.Count + (ulong)step.FirstSampled) * row;
                recorder.Copy(buffers.Logits, (ulong)(sample * sampled) * row, kept, to, (ulong)sampled * row);
            }
        }
    }
}
