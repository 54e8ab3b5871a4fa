using System.Buffers.Text;

namespace NarVulkan.Vulkan;

/// <summary>What is left of the machine's own memory, which is where software drivers keep a device's.</summary>
internal static class HostMemory
{
    private const string LinuxFile = "/proc/meminfo";

    private static ReadOnlySpan<byte> AvailableField => "MemAvailable:"u8;

    /// <summary>Bytes that can be taken before the system must page out what is in use, or end somebody; a container's limit counts.</summary>
    public static ulong AvailableBytes()
    {
        ulong limit = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        ulong left = limit - Math.Min(limit, (ulong)Environment.WorkingSet);
        return LinuxAvailable() is { } available ? Math.Min(available, left) : left;
    }

    // Asked before every generation, so it makes no garbage to speak of.
    private static ulong? LinuxAvailable()
    {
        try
        {
            using var file = File.OpenHandle(LinuxFile);
            Span<byte> text = stackalloc byte[512];
            return Available(text[..RandomAccess.Read(file, text, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One that tells nobody.
            return null;
        }
    }

    /// <summary>Reads <c>MemAvailable:   123 kB</c>; null where there is no such line.</summary>
    internal static ulong? Available(ReadOnlySpan<byte> text)
    {
        int at = text.IndexOf(AvailableField);
        // The unit is always kB, which means 1024 bytes here.
        return at >= 0 && Utf8Parser.TryParse(text[(at + AvailableField.Length)..].TrimStart((byte)' '), out ulong kibibytes, out _) ? kibibytes << 10 : null;
    }
}
