using System.Runtime.InteropServices;

namespace GenerationBench;

/// <summary>Processor time of the calling thread: what the host spends on a generation, where the driver computes on threads of its own.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;   // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Milliseconds so far; null where the system does not say (only Linux is asked).</summary>
    public static double? Milliseconds =>
        OperatingSystem.IsLinux() && ReadClock(ThreadClock, out var time) == 0 ? time.Seconds * 1e3 + time.Nanoseconds * 1e-6 : null;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
