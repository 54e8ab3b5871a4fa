using System.Diagnostics;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Models.Vq;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>A whole VQ-16 image tokenizer of the published size: decoding and encoding.</summary>
internal static class VqBench
{
    public static void Run(VulkanDevice device)
    {
        var path = Path.Combine(Path.GetTempPath(), $"narvk-vq-bench-{Environment.ProcessId}.safetensors");
        try
        {
            RandomVqModel.Write(path);
            using var tokenizer = VqTokenizer.Open(new KernelSet(device), new TokenizerDescription(TokenizerKind.Vq, path, null), NarPrecision.Auto);
            tokenizer.LoadDecoder();
            Console.WriteLine($"VQ-16 decoder: {tokenizer.Parameters / 1e6:F1}M weights, {tokenizer.Precision}, {Mebibytes((ulong)tokenizer.DeviceBytes)} on the device");
            using var file = WeightFile.Open(path);
            var encoder = tokenizer.Shape.ReadEncoder(file);
            foreach (var side in new[] { 16, 32 })
            {
                Time(device, tokenizer, encoder, new TokenGrid(1, side, side), decode: true);
            }

            Time(device, tokenizer, encoder, new TokenGrid(1, 16, 16), decode: false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Time(VulkanDevice device, VqTokenizer tokenizer, VqHalfShape encoder, TokenGrid grid, bool decode)
    {
        var random = new Random(3);
        var codes = Enumerable.Range(0, grid.Count).Select(_ => random.Next(tokenizer.Vocabulary)).ToArray();
        var pixels = new float[tokenizer.ShapeOf(grid).Values];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = random.NextSingle() * 2f - 1f;
        }

        // Compiles and records, without computing.
        Prepare();
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        Once(CancellationToken.None);
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalSeconds / Environment.ProcessorCount;
        var shape = tokenizer.ShapeOf(grid);
        var work = decode ? MultiplyAdds(tokenizer.Shape.Decoder, grid.Rows, grid.Columns) : MultiplyAdds(encoder, shape.Height, shape.Width);
        Bench.Print($"vq {(decode ? "decode" : "encode")} {shape.Height}x{shape.Width}", work, new Measurement(seconds, processor));
        Console.WriteLine($"  device memory: {Mebibytes(device.Allocator.UsedBytes)} now, {Mebibytes(device.Allocator.PeakBytes)} at most");

        void Once(CancellationToken cancellation)
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

        void Prepare()
        {
            try
            {
                Once(new CancellationToken(true));
            }
            catch (OperationCanceledException)
            {
                // As it should.
            }
        }
    }

    /// <summary>Of convolutions and attention.</summary>
    private static double MultiplyAdds(VqHalfShape shape, double height, double width)
    {
        var sum = height * width * 9 * shape.InputChannels * shape.FirstWidth;
        foreach (var stage in shape.Stages)
        {
            (height, width) = stage.Kind switch
            {
                VqStageKind.Upsample => (2 * height, 2 * width),
                VqStageKind.Downsample => (height / 2, width / 2),
                _ => (height, width),
            };
            var pixels = height * width;
            sum += pixels * stage.Out * stage.Kind switch
            {
                VqStageKind.Residual => 9.0 * (stage.In + stage.Out) + (stage.In == stage.Out ? 0 : stage.In),
                VqStageKind.Attention => 4.0 * stage.In + 2 * pixels,
                _ => 9.0 * stage.In,
            };
        }

        return sum + height * width * 9 * shape.LastWidth * shape.OutputChannels;
    }

    private static string Mebibytes(ulong bytes) => $"{bytes / 1048576.0:F0} MiB";
}
