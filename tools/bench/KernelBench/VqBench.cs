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
            foreach (var side in new[] { 16, 32 })
            {
                Time(device, tokenizer, new TokenGrid(1, side, side), decode: true);
            }

            Time(device, tokenizer, new TokenGrid(1, 16, 16), decode: false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Time(VulkanDevice device, VqTokenizer tokenizer, TokenGrid grid, bool decode)
    {
        var random = new Random(3);
        var codes = Enumerable.Range(0, grid.Count).Select(_ => random.Next(tokenizer.Vocabulary)).ToArray();
        var pixels = new float[tokenizer.ShapeOf(grid).Values];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = random.NextSingle() * 2f - 1f;
        }

        // Compiles and records, without computing.
        Assert(() => Once(new CancellationToken(true)));
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        Once(CancellationToken.None);
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalSeconds / Environment.ProcessorCount;
        var shape = tokenizer.ShapeOf(grid);
        Bench.Print($"vq {(decode ? "decode" : "encode")} {shape.Height}x{shape.Width}", MultiplyAdds(tokenizer.Shape.Decoder, grid, decode), new Measurement(seconds, processor));
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

        static void Assert(Action action)
        {
            try
            {
                action();
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Of the decoder's convolutions and attention; an encoder has a block less on each level, and is not counted.</summary>
    private static double MultiplyAdds(VqHalfShape shape, TokenGrid grid, bool decode)
    {
        if (!decode)
        {
            return 0;
        }

        double height = grid.Rows, width = grid.Columns, sum = height * width * 9 * shape.InputChannels * shape.FirstWidth;
        foreach (var stage in shape.Stages)
        {
            if (stage.Kind == VqStageKind.Upsample)
            {
                (height, width) = (2 * height, 2 * width);
            }

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
