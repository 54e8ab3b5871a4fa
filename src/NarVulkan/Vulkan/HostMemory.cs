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
            return OperatingSystem.IsLinux() ? Available(File.ReadLines(LinuxFile)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One that tells nobody.
            return null;
        }
    }

    /// <summary>Reads <c>MemAvailable:   123 kB</c>; null where there is no such line.</summary>
    internal static ulong? Available(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith(AvailableField, StringComparison.Ordinal))?[AvailableField.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, "kB"]
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes << 10
            : null;
}
