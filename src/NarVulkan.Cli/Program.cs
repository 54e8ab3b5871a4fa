using NarVulkan.Cli.Benchmarking;
using NarVulkan.Cli.Engine;

namespace NarVulkan.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        StartupClock.EnterMain();
        CliConsole console = CliConsole.ForProcess();
        using Interruption interruption = new(console);
        return new CliApplication(console, new VulkanEngine()).Run(args, interruption.Token);
    }
}
