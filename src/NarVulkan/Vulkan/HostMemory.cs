using System.Globalization;

namespace NarVulkan.Vulkan;

/// <summary>What is left of the machine's own memory, which is where software drivers keep a device's.</summary>
internal static class HostMemory
{
    private const string LinuxFile = "/proc/meminfo", AvailableField = "MemAvailable:";

    /// <summary>Bytes that can be taken before the system must page out what is in use, or end somebody; a container's limit counts.</summary>
    public static ulong AvailableBytes()
    {
        ulong limit = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        ulong left = limit - Math.Min(limit, (ulong)Environment.WorkingSet);
        return LinuxAvailable() is { } available ? Math.Min(available, left) : left;
    }

    private static ulong? LinuxAvailable()
    {
        try
        {
            var line = File.ReadLines(LinuxFile).FirstOrDefault(line => line.StartsWith(AvailableField, StringComparison.Ordinal));
            var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // The unit is always kB, which means 1024 bytes here.
            return words is [_, var number, ..] && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another system, or one that tells nobody.
            return null;
        }
    }
}
