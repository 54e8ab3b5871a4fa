using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>Records the dispatch chain of one decode step. There is one for all generators: what differs is in the step's data.</summary>
internal sealed class StepRecorder(KernelSet kernels, GeneratorWeights weights, GenerationBuffers buffers, PlanKey key)
{
    private readonly int lastGuided = key.Guidance.LastIn(weights.Schedule);

    /// <summary>Has the pipelines of all steps compiled in parallel; steps of the same shape bind the same ones.</summary>
    public void Rehearse() => CommandRecorder.Rehearse(kernels.Device, rehearsal =>
    {
        foreach (var step in weights.Schedule.Steps.DistinctBy(step => (step.Fed.Count, step.Sampled.Count)))
        {
            Record(rehearsal, step);
        }
    });

    /// <summary>Appends embedding, blocks, heads, output product and sampling of <paramref name="step"/>.</summary>
    public void Record(CommandRecorder recorder, DecodeStep step)
    {
        // A step whose tokens are given only has to fill the cache.
        bool kept = step.Index < key.KeptSteps, voting = !kept || key.KeepLogits;
        // Guidance that comes back needs what the unconditional sequences saw meanwhile.
        int sequencesPerSample = step.Index <= lastGuided ? 2 : 1;
        var rows = new StepRows
        {
            Sequences = key.Samples * sequencesPerSample,
            SequenceStride = buffers.SequencesPerSample / sequencesPerSample,
            RowsPerSequence = step.Fed.Count,
            FirstSlot = step.FirstSlot,
            VisibleKeys = step.VisibleKeys,
            HiddenBegin = step.HiddenBegin,
            HiddenEnd = step.HiddenEnd,
            MaskedKeys = weights.Captions?.Tokens ?? 0,
            KeyMask = buffers.KeyMask,
            Rotary = buffers.Rotary,
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
            for (; voting && head < weights.Heads.Count - 1 && weights.Heads[head].AfterBlock == block; head++)
            {
                recorder.Copy(buffers.Hidden, 0, buffers.HeadRows[head], 0, (ulong)rows.Rows * (ulong)weights.Shape.Width * sizeof(float));
            }
        }

        if (voting)
        {
            recorder.BeginRegion("heads");
            Vote(recorder, step, sequencesPerSample);
            recorder.EndRegion();
        }
        if (!kept)
        {
            recorder.BeginRegion("sample");
            kernels.Sample.Record(
                recorder, buffers.Logits, buffers.Parameters, buffers.RasterPositions, buffers.Tokens,
                new SampleShape(key.Samples, step.Sampled.Count, step.FirstSampled, weights.Schedule.Grid.Count, weights.Shape.Vocabulary));
            recorder.EndRegion();
        }
        recorder.MarkStep(step.Index);
    }

    private void Embed(CommandRecorder recorder, DecodeStep step, in StepRows rows, int sequencesPerSample)
    {
        if (step.Fed[0].Source == FedSource.Condition && weights.Captions is { } captions)
        {
            captions.Record(recorder, kernels, buffers.TextFeatures!, buffers.Scratch.Normed, buffers.Hidden, rows.Rows);
            return;
        }
        // Runs write rows of their own.
        recorder.BeginTogether();
        // One gather for each run of rows that lie side by side in the same list; condition ids lie there in the order in which they are fed.
        for (int first = 0, end; first < step.Fed.Count; first = end)
        {
            var row = step.Fed[first];
            for (end = first + 1; end < step.Fed.Count && step.Fed[end].Source == row.Source && (row.Source == FedSource.Condition || step.Fed[end].Index == row.Index + end - first); end++)
            {
            }
            var positions = weights.PositionEmbedding is { } table
                ? new PositionIds(table, weights.Positions, buffers.SlotPositions, step.FirstSlot + first)
                : (PositionIds?)null;
            kernels.EmbedTokens.Record(recorder, weights.Embedding, IdsFrom(row, sequencesPerSample), positions, buffers.Hidden, rows.Sequences, rows.RowsPerSequence, first, end - first);
        }
        recorder.EndTogether();
    }

    /// <summary>Where the ids of a run lie. Condition ids exist for each sequence, sampled tokens once for the conditional and the unconditional one.</summary>
    private TokenIds IdsFrom(FedRow first, int sequencesPerSample) => first.Source switch
    {
        FedSource.Condition => new TokenIds(buffers.ConditionIds, Offset: 0, Stride: buffers.ConditionSlots, Divisor: 1),
        FedSource.Special => new TokenIds(buffers.SpecialIds!, Offset: first.Index, Stride: 0, Divisor: 1),
        _ => new TokenIds(buffers.Tokens, Offset: first.Index, Stride: weights.Schedule.Grid.Count, Divisor: sequencesPerSample),
    };

    private void Vote(CommandRecorder recorder, DecodeStep step, int sequencesPerSample)
    {
        int sampled = step.Sampled.Count, heads = weights.Heads.Count;
        uint featureWidth = (uint)(heads * weights.Shape.Width);
        kernels.VoteFeatures.Record(
            recorder, buffers.HeadRows, [.. weights.Heads.Select(head => head.NormWeight)], buffers.Votes, step.FirstSampled * heads, buffers.Parameters,
            key.Guidance.Contains(step), sequencesPerSample, buffers.Features, key.Samples, step.Fed.Count, sampled, weights.Shape.Width, weights.Epsilon);
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
