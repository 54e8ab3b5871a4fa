using NarVulkan.Benchmarks.Report;
using NarVulkan.Kernels;
using NarVulkan.Models;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Times the kernels of a suite.</summary>
internal static class SuiteBench
{
    private static readonly int[] FewToManyRows = [1, 2, 4, 8, 16, 32, 64, 128];

    // 9 and 12: between the tiles.
    private static readonly int[] ProductRows = [1, 2, 4, 8, 9, 12, 16, 32, 64, 128];

    public static IEnumerable<KernelTiming> Run(NarContext context, KernelSuite suite, Action<BenchProgress> show, CancellationToken cancellation)
    {
        string name = suite.ToString().ToLowerInvariant();
        if (suite == KernelSuite.Vq)
        {
            show(new BenchProgress("suite vq", null, "writing a tokenizer of random weights"));
            foreach (var timing in VqBench.Run(context.Kernels, cancellation))
            {
                show(new BenchProgress("suite vq", null, timing.Kernel));
                yield return timing;
            }
            yield break;
        }
        var timer = new KernelTimer(context.Vulkan);
        foreach (var kernel in Cases(context.Kernels, suite))
        {
            cancellation.ThrowIfCancellationRequested();
            show(new BenchProgress($"suite {name}", null, $"{kernel.Kernel}, {kernel.Shape}"));
            yield return timer.Time(kernel, cancellation);
        }
    }

    private static IEnumerable<KernelCase> Cases(KernelSet kernels, KernelSuite suite) => suite switch
    {
        KernelSuite.Matmul => Products(kernels),
        KernelSuite.Attention => Attention(kernels),
        KernelSuite.Conv => ConvCases.All(kernels),
        KernelSuite.Sample => SampleCases.All(kernels, vocabulary: 16384, rows: 16),
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "no such suite"),
    };

    private static IEnumerable<KernelCase> Products(KernelSet kernels)
    {
        IEnumerable<(int Size, WeightPrecision Precision, int[] Rows)> products =
            [.. Enum.GetValues<WeightPrecision>().Select(precision => (1024, precision, ProductRows)), (384, WeightPrecision.Float16, FewToManyRows)];
        return products.SelectMany(product => Forms(kernels, product.Size, product.Precision)
            .SelectMany(cases => cases.For(kernels.Device, kernels.Matmul, product.Rows.Select(rows => (rows, 0)))));
    }

    /// <summary>As it is computed; where 8-bit weights go another way than the others, the plain way too, so that it shows which is faster.</summary>
    private static IEnumerable<ProductCases> Forms(KernelSet kernels, int size, WeightPrecision precision)
    {
        var profile = kernels.Device.Profile;
        var cases = new ProductCases($"product {precision}", size, size, MatmulEpilogue.Store, precision);
        bool integer = MatmulTiling.For(profile, precision).Integer;
        return precision == WeightPrecision.Q8 && (integer || CooperativeTiling.For(profile, precision) is not null)
            ? [cases with { Name = $"{cases.Name} {(integer ? "by dot products" : "on matrices")}" }, cases with { Tiling = MatmulTiling.For(profile) }]
            : [cases];
    }

    private static IEnumerable<KernelCase> Attention(KernelSet kernels)
    {
        IEnumerable<(int Heads, int Keys, int Rows)> shapes =
        [
            .. FewToManyRows.Select(rows => (16, 1024, rows)), .. new[] { 1, 4, 16, 128 }.Select(rows => (16, 128, rows)), (12, 2048, 2048),
        ];
        return shapes.SelectMany(shape => Forms(kernels, new AttentionShape
        {
            Sequences = 1, SequenceStride = 1, RowsPerSequence = shape.Rows, Heads = shape.Heads, HeadSize = 64, Capacity = shape.Keys, KeyCount = shape.Keys,
        }));
    }

    /// <summary>As it is computed; on devices with cooperative matrices the other way too, so that it shows from how many rows on they pay.</summary>
    private static IEnumerable<KernelCase> Forms(KernelSet kernels, AttentionShape shape)
    {
        var device = kernels.Device;
        var cases = AttentionCases.For(device, kernels.Attention, shape, calls: 0);
        if (AttentionMatrices.For(device.Profile, shape.HeadSize, shape.RowsPerSequence) is not { } matrices)
        {
            return cases;
        }

        var (tiling, name) = shape.RowsPerSequence < matrices.FewestRows
            ? (AttentionTiling.Cooperative(matrices), "attention on matrices")
            : (AttentionTiling.Plain(device.Profile, shape.HeadSize), "attention without matrices");
        return cases.Concat(AttentionCases.For(device, new AttentionKernel(device, _ => tiling), shape, calls: 0, name));
    }
}
