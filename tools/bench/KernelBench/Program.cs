using System.Diagnostics;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

internal static class Program
{
    private const string Usage = "usage: KernelBench [matmul] [attention] [conv] [vq] [--device NAME]   (default: all but vq, on the device that narvk would choose)";

    private static int Main(string[] args)
    {
        var selector = "auto";
        var wanted = new HashSet<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "matmul" or "attention" or "conv" or "vq": wanted.Add(args[i]); break;
                case "--device" when i + 1 < args.Length: selector = args[++i]; break;
                default: Console.Error.WriteLine(Usage); return 2;
            }
        }

        using var device = VulkanDevice.Open(new DeviceOptions { Selector = selector });
        Console.WriteLine($"{device.Profile.Name}, {device.Profile.DriverName} {device.Profile.DriverInfo}, {Environment.ProcessorCount} processors, commit {Commit()}");
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
