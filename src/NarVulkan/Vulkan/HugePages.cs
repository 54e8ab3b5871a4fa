using System.Runtime.InteropServices;

namespace NarVulkan.Vulkan;

/// <summary>
/// Asks the system for large pages behind a software driver's memory. Such memory is had page by page as it is first written, which takes longer than
/// writing it: gigabytes of weights have some hundred thousand pages of 4 KiB.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>MADV_HUGEPAGE of Linux, and the size of such pages on x86-64 and on most of ARM64.</summary>
    private const int WantHugePages = 14;
    private const nuint PageBytes = 2 << 20;

    /// <summary>For what lies wholly within the range; it is a wish, and whether it is granted makes no difference but in time.</summary>
    public static void Advise(nint address, ulong bytes)
    {
        nuint begin = ((nuint)address + PageBytes - 1) / PageBytes * PageBytes, end = ((nuint)address + (nuint)bytes) / PageBytes * PageBytes;
        if (OperatingSystem.IsLinux() && end > begin)
        {
            _ = Advise((void*)begin, end - begin, WantHugePages);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
