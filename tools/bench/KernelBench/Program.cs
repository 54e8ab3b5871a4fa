using System.Diagnostics;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

internal static class Program
{
    private const string Usage = "usage: KernelBench [matmul] [attention] [--device NAME]   (default: both, on the device that narvk would choose)";

    private static int Main(string[] args)
    {
        var selector = "auto";
        var wanted = new HashSet<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "matmul" or "attention": wanted.Add(args[i]); break;
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
