using System.Diagnostics;
using NarVulkan.Benchmarks.Kernels;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Models;

namespace NarVulkan.Benchmarks.Tuning;

/// <summary>Chooses the forms of a model's products on this device, on request; the choice is kept on disk and never changes a result.</summary>
internal static class ProductTuning
{
    // A form costs a software driver about a second of compilation, a GPU a few milliseconds.
    private static readonly TimeSpan SoftwareBudget = TimeSpan.FromMinutes(10), GpuBudget = TimeSpan.FromMinutes(1);

    /// <param name="context">The device.</param>
    /// <param name="weights">Whose shapes count.</param>
    /// <exception cref="DeviceException">There is no memory for the operands.</exception>
    public static TuningReport Run(NarContext context, GeneratorWeights weights, Action<BenchProgress> show, CancellationToken cancellation)
    {
        var device = context.Vulkan;
        int d = weights.Shape.Width, f = weights.Shape.FeedForward;
        var precision = weights.Output.Precision;
        var matrices = new List<PackedMatrix>();
        try
        {
            Pack("qkv", 3 * d, d, MatrixLayout.Pairs);
            Pack("out", d, d, MatrixLayout.Plain);
            Pack("gateUp", 2 * f, d, MatrixLayout.GateUp);
            Pack("down", d, f, MatrixLayout.Plain);
            Pack("logits", weights.Shape.Vocabulary, weights.Heads.Count * d, MatrixLayout.Plain);
            var plain = matrices.Where(matrix => matrix.Cooperative is null).ToList();
            long start = Stopwatch.GetTimestamp();
            int trials = 0;
            string? problem = plain.Count == 0
                ? "products run on cooperative matrices here, which have one form"
                : MatmulTuning.OnRequest(device, context.Kernels.Matmul, plain, MatmulShape.RowBuckets, device.Profile.IsSoftware ? SoftwareBudget : GpuBudget, trial =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    trials++;
                    show(new BenchProgress("tuning", null, FormattableString.Invariant($"{trial.Rows} x {trial.Shape.Products} x {trial.Shape.Depth}, form {trials}")));
                });
            var shapes = plain.Select(MatmulShape.Of).ToHashSet();
            int chosen = context.Kernels.Matmul.Choices.All.Count(choice => shapes.Contains(choice.Shape));
            return new TuningReport(trials, chosen, shapes.Count * MatmulShape.RowBuckets.Count, Stopwatch.GetElapsedTime(start).TotalSeconds, problem);
        }
        finally
        {
            matrices.ForEach(matrix => matrix.Dispose());
        }

        void Pack(string role, int rows, int depth, MatrixLayout layout) =>
            matrices.Add(PackedMatrix.Create(device, $"tune.{role}", new BenchMatrix(rows, depth), precision, layout));
    }
}
