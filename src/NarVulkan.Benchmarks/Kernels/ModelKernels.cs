using NarVulkan.Decoding;
using NarVulkan.Generation;
using NarVulkan.Kernels;
using NarVulkan.Models;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>The kernels of a generator at the shapes that the steps of its generation have.</summary>
internal sealed class ModelKernels(KernelSet kernels, GeneratorWeights weights, NarSampling sampling, int samples)
{
    /// <summary>Shapes of a kind that are timed where not all are asked for: the smallest, the largest, and some between.</summary>
    private const int FewShapes = 4;

    private readonly GuidedSteps guidance = GuidedSteps.For(weights.Schedule, sampling.GuidanceScale, sampling.GuidanceInterval);

    /// <summary>The cases, one after another; the operands of each live until the next one is asked for.</summary>
    /// <param name="all">Every shape that occurs, instead of a few that span them.</param>
    public IEnumerable<KernelCase> Cases(bool all) => Products(all).Concat(Attention(all)).Concat(Rows(all));

    private IReadOnlyList<DecodeStep> Steps => weights.Schedule.Steps;

    private int SequencesPerSample(DecodeStep step) => step.Index <= guidance.LastIn(weights.Schedule) ? 2 : 1;

    private int FedRows(DecodeStep step) => samples * SequencesPerSample(step) * step.Fed.Count;

    private IEnumerable<KernelCase> Products(bool all)
    {
        int d = weights.Shape.Width, f = weights.Shape.FeedForward, heads = weights.Heads.Count, blocks = weights.Shape.Blocks;
        var precision = weights.Output.Precision;
        var fed = Select(Steps.CountBy(FedRows).Select(count => (Rows: count.Key, Calls: blocks * count.Value)).OrderBy(count => count.Rows), all);
        var drawn = Select(Steps.CountBy(step => samples * step.Sampled.Count).Select(count => (Rows: count.Key, Calls: count.Value)).OrderBy(count => count.Rows), all);
        (ProductCases Product, IReadOnlyList<(int Rows, int Calls)> Rows)[] products =
        [
            (new("product attention out", d, d, MatmulEpilogue.AddTo, precision), fed),
            (new("product gate, up", f, d, MatmulEpilogue.SwiGlu, precision), fed),
            (new("product down", d, f, MatmulEpilogue.AddTo, precision), fed),
            (new("product logits", weights.Shape.Vocabulary, heads * d, MatmulEpilogue.Store, precision), drawn),
        ];
        var sequences = Select(
            Steps.CountBy(step => (Sequences: samples * SequencesPerSample(step), Fed: step.Fed.Count))
                .Select(count => (count.Key.Sequences, count.Key.Fed, Calls: blocks * count.Value)).OrderBy(count => count.Sequences * count.Fed), all);
        return new QueryKeyValueCases(kernels, weights.Shape, precision, weights.Rotary, weights.Schedule.SlotCount).For(sequences)
            .Concat(products.SelectMany(product => product.Product.For(kernels.Device, kernels.Matmul, product.Rows)));
    }

    private IEnumerable<KernelCase> Attention(bool all)
    {
        var shapes = Steps.CountBy(step => new AttentionShape
        {
            Sequences = samples * SequencesPerSample(step),
            SequenceStride = 1,
            RowsPerSequence = step.Fed.Count,
            Heads = weights.Shape.Heads,
            HeadSize = weights.Shape.HeadSize,
            Capacity = weights.Schedule.SlotCount,
            KeyCount = step.VisibleKeys,
            HiddenBegin = step.HiddenBegin,
            HiddenEnd = step.HiddenEnd,
            Causal = step.Causal,
            CausalFirstKey = step.FirstSlot,
            MaskedKeys = weights.Captions?.Tokens ?? 0,
        });
        return Select(shapes, all).SelectMany(shape => AttentionCases.For(kernels.Device, kernels.Attention, shape.Key, weights.Shape.Blocks * shape.Value));
    }

    private IEnumerable<KernelCase> Rows(bool all)
    {
        var parameters = new SamplingParameters(sampling.GuidanceScale, sampling.Temperature, sampling.TopP, sampling.TopK, sampling.Greedy, seed: 1);
        var cases = new RowCases(kernels, weights);
        var shapes = Steps.GroupBy(step => (FedRows(step), step.Sampled.Count)).OrderBy(group => group.Key);
        return Select(shapes, all)
            .SelectMany(group => cases.For(group.First(), samples, SequencesPerSample(group.First()), guidance.Contains(group.First()), parameters, group.Count()));
    }

    /// <summary>All, or some that are spread over the list with both ends.</summary>
    private static IReadOnlyList<T> Select<T>(IEnumerable<T> shapes, bool all)
    {
        T[] every = [.. shapes];
        return all || every.Length <= FewShapes ? every : [.. Enumerable.Range(0, FewShapes).Select(i => every[i * (every.Length - 1) / (FewShapes - 1)])];
    }
}
