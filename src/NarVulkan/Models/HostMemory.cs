using System.Globalization;

namespace NarVulkan.Models;

/// <summary>The machine's own memory, which is also that of a software driver.</summary>
internal static class HostMemory
{
    private const string Statistics = "/proc/meminfo", Available = "MemAvailable:";

    /// <summary>Bytes that can be had without other programs being pushed out, files in the system's cache counted as free; null where the system does not tell.</summary>
    public static ulong? FreeBytes
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? Parse(File.ReadLines(Statistics)) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads <c>MemAvailable:   123 kB</c>; null where there is no such line.</summary>
    internal static ulong? Parse(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith(Available, StringComparison.Ordinal))?[Available.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, "kB"]
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong kibibytes)
            ? kibibytes << 10
            : null;
}
