using System.Diagnostics;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

internal static class Program
{
    private const string Usage = "usage: KernelBench [matmul] [attention] [conv] [vq] [--device NAME] [--shaders DIR] [--products NxK,... [--rows M,...] [--precisions Float32,...] [--tiles ROWSxCOLUMNSxLANESxSLICESxPATH,...]]   (default: all but vq, on the device that narvk would choose)";

    private static int Main(string[] args)
    {
        var selector = "auto";
        string? shaders = null;
        string products = "", rows = "1,4,16,64", precisions = "Float32", tiles = "";
        var wanted = new HashSet<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "matmul" or "attention" or "conv" or "vq": wanted.Add(args[i]); break;
                case "--device" when i + 1 < args.Length: selector = args[++i]; break;
                case "--shaders" when i + 1 < args.Length: shaders = args[++i]; break;
                case "--products" when i + 1 < args.Length: products = args[++i]; break;
                case "--rows" when i + 1 < args.Length: rows = args[++i]; break;
                case "--precisions" when i + 1 < args.Length: precisions = args[++i]; break;
                case "--tiles" when i + 1 < args.Length: tiles = args[++i]; break;
                default: Console.Error.WriteLine(Usage); return 2;
            }
        }

        using var device = VulkanDevice.Open(new DeviceOptions { Selector = selector, ShaderDirectory = shaders });
        Console.WriteLine($"{device.Profile.Name}, {device.Profile.DriverName} {device.Profile.DriverInfo}, {Environment.ProcessorCount} processors, commit {Commit()}");
        if (products.Length > 0)
        {
            foreach (var shape in products.Split(',').Select(Numbers))
            {
                MatmulTiling?[] tilings = tiles.Length == 0 ? [null] : [.. tiles.Split(',').Select(Tiling)];
                foreach (var tiling in tilings)
                {
                    MatmulBench.Run(device, shape[0], shape[1], precisions.Split(',').Select(Enum.Parse<WeightPrecision>), rows.Split(',').Select(int.Parse), tiling);
                }
            }

            return 0;
        }

        if (wanted.Count == 0 || wanted.Contains("matmul"))
        {
            MatmulBench.Run(device, 1024, 1024, Enum.GetValues<WeightPrecision>(), [1, 2, 4, 8, 9, 12, 16, 32, 64, 128]);
            MatmulBench.Run(device, 384, 384, [WeightPrecision.Float16], [1, 2, 4, 8, 16, 32, 64, 128]);
        }

        if (wanted.Count == 0 || wanted.Contains("attention"))
        {
            AttentionBench.Run(device, 16, 64, 1024, [1, 2, 4, 8, 16, 32, 64, 128]);
            AttentionBench.Run(device, 16, 64, 128, [1, 4, 16, 128]);
            AttentionBench.Run(device, 12, 64, 2048, [2048]);
        }

        if (wanted.Count == 0 || wanted.Contains("conv"))
        {
            ConvBench.Run(device, 16, 512, 512, ConvSampling.Same, [WeightPrecision.Float32]);
            ConvBench.Run(device, 64, 256, 256, ConvSampling.Same, Enum.GetValues<WeightPrecision>());
            ConvBench.Run(device, 64, 256, 256, ConvSampling.Doubled, [WeightPrecision.Float32]);
            ConvBench.Run(device, 128, 128, 128, ConvSampling.Halved, [WeightPrecision.Float32]);
            ConvBench.Run(device, 128, 128, 128, ConvSampling.Same, [WeightPrecision.Float32]);
            ConvBench.Run(device, 128, 128, 3, ConvSampling.Same, [WeightPrecision.Float32]);
            ConvBench.RunNorm(device, 256, 128);
            ConvBench.RunNorm(device, 32, 512);
        }

        // Minutes on a software driver, and a file of 280 MB.
        if (wanted.Contains("vq"))
        {
            VqBench.Run(device);
        }

        return 0;
    }

    private static int[] Numbers(string text) => [.. text.Split('x').Select(int.Parse)];

    // For experiments: one tile for every number of rows.
    private static MatmulTiling Tiling(string text)
    {
        var parts = text.Split('x', 5);
        int[] sizes = [.. parts[..4].Select(int.Parse)];
        return new MatmulTiling(8, sizes[3] > 1 ? 32 : 1, [(new MatmulTile(sizes[0], sizes[1], sizes[2], sizes[3], Enum.Parse<MatmulPath>(parts[4], ignoreCase: true)), 1)]);
    }

    // "unknown" outside a checkout: a published program carries no history.
    private static string Commit()
    {
        var start = new ProcessStartInfo("git", ["describe", "--always", "--dirty"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start);
            var text = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(text) ? "unknown" : text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
