using System.Runtime.InteropServices;

namespace NarVulkan.Benchmarks;

/// <summary>Processor time of the host, of the process and of the calling thread.</summary>
internal static partial class HostClock
{
    // CLOCK_THREAD_CPUTIME_ID of <time.h>.
    private const int LinuxThreadClock = 3, MacThreadClock = 16;

    /// <summary>Seconds of processor time of the process.</summary>
    public static double ProcessSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Seconds of processor time of the calling thread; null where the system does not tell.</summary>
    public static double? ThreadSeconds
    {
        get
        {
            if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            {
                return GetTime(OperatingSystem.IsLinux() ? LinuxThreadClock : MacThreadClock, out var time) == 0
                    ? time.Seconds + time.Nanoseconds * 1e-9
                    : null;
            }
            return OperatingSystem.IsWindows() && GetThreadTimes(GetCurrentThread(), out _, out _, out long kernel, out long user)
                ? (kernel + user) * 1e-7
                : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentThread();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetThreadTimes(nint thread, out long created, out long exited, out long kernel, out long user);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
