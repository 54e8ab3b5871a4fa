using System.Globalization;

namespace NarVulkan.Endurance;

/// <summary>What this process holds.</summary>
/// <param name="ResidentBytes">Memory of its own that is not paged out, files that it maps left aside: they are the system's to drop.</param>
/// <param name="ManagedBytes">What the garbage collector has not collected.</param>
/// <param name="Handles">Open files and the like; 0 where the system does not say.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ProcessMemory(long ResidentBytes, long ManagedBytes, int Handles, int Threads)
{
    private const string Status = "/proc/self/status", OpenFiles = "/proc/self/fd";

    public static ProcessMemory Now()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        long managed = GC.GetTotalMemory(forceFullCollection: false);
        return OperatingSystem.IsLinux()
            ? new ProcessMemory(Anonymous(), managed, Directory.GetFileSystemEntries(OpenFiles).Length, process.Threads.Count)
            : new ProcessMemory(process.WorkingSet64, managed, process.HandleCount, process.Threads.Count);
    }

    private static long Anonymous() => File.ReadLines(Status)
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10)
        .FirstOrDefault();
}
