using System.Diagnostics;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Benchmarks.Subjects;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Vq;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>A whole VQ-16 image tokenizer of the published size: decoding and encoding.</summary>
internal static class VqBench
{
    public static IEnumerable<KernelTiming> Run(KernelSet kernels, CancellationToken cancellation)
    {
        // A folder of its own that nobody else can write to: in the common one, a name that can be guessed may be a link that somebody laid.
        string folder = Directory.CreateTempSubdirectory("narvk-vq-bench-").FullName, path = Path.Combine(folder, "vq.safetensors");
        try
        {
            RandomVqTokenizer.Write(path);
            using var tokenizer = VqTokenizer.Open(kernels, new TokenizerDescription(TokenizerKind.Vq, path, null), NarPrecision.Auto);
            tokenizer.LoadDecoder();
            using var file = WeightFile.Open(path);
            var encoder = tokenizer.Shape.ReadEncoder(file);
            foreach (int side in new[] { 16, 32 })
            {
                yield return Time(tokenizer, encoder, new TokenGrid(1, side, side), decode: true, cancellation);
            }
            yield return Time(tokenizer, encoder, new TokenGrid(1, 16, 16), decode: false, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static KernelTiming Time(VqTokenizer tokenizer, VqHalfShape encoder, TokenGrid grid, bool decode, CancellationToken cancellation)
    {
        var random = new Random(3);
        int[] codes = [.. Enumerable.Range(0, grid.Count).Select(_ => random.Next(tokenizer.Vocabulary))];
        var pixels = new float[tokenizer.ShapeOf(grid).Values];
        foreach (ref float pixel in pixels.AsSpan())
        {
            pixel = random.NextSingle() * 2f - 1f;
        }
        var shape = tokenizer.ShapeOf(grid);
        string name = decode ? "vq decode" : "vq encode", size = FormattableString.Invariant($"{shape.Height}x{shape.Width}");

        // The first run compiles and records; the second has to repeat it.
        Once();
        var (firstCodes, firstPixels) = (codes.ToArray(), pixels.ToArray());
        double processor = HostClock.ProcessSeconds;
        long start = Stopwatch.GetTimestamp();
        Once();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        processor = (HostClock.ProcessSeconds - processor) / Environment.ProcessorCount;
        if (!codes.AsSpan().SequenceEqual(firstCodes) || !pixels.AsSpan().SequenceEqual(firstPixels))
        {
            throw Verification.Failure($"{name} of {size}", "two runs differ");
        }
        double work = decode ? MultiplyAdds(tokenizer.Shape.Decoder, grid.Rows, grid.Columns) : MultiplyAdds(encoder, shape.Height, shape.Width);
        return new KernelTiming(name, size, 0, work, tokenizer.DeviceBytes + sizeof(float) * (double)pixels.Length, seconds, seconds, processor);

        void Once()
        {
            if (decode)
            {
                tokenizer.Decode(codes, 1, grid, pixels, cancellation);
            }
            else
            {
                tokenizer.Encode(pixels, 1, grid, codes, cancellation);
            }
        }
    }

    /// <summary>Of convolutions and attention.</summary>
    private static double MultiplyAdds(VqHalfShape shape, double height, double width)
    {
        double sum = height * width * 9 * shape.InputChannels * shape.FirstWidth;
        foreach (var stage in shape.Stages)
        {
            (height, width) = stage.Kind switch
            {
                VqStageKind.Upsample => (2 * height, 2 * width),
                VqStageKind.Downsample => (height / 2, width / 2),
                _ => (height, width),
            };
            double pixels = height * width;
            sum += pixels * stage.Out * stage.Kind switch
            {
                VqStageKind.Residual => 9.0 * (stage.In + stage.Out) + (stage.In == stage.Out ? 0 : stage.In),
                VqStageKind.Attention => 4.0 * stage.In + 2 * pixels,
                _ => 9.0 * stage.In,
            };
        }
        return sum + height * width * 9 * shape.LastWidth * shape.OutputChannels;
    }
}
