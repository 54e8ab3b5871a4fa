namespace NarVulkan.Tests;

/// <summary>What calls allocate.</summary>
internal static class Allocations
{
    /// <summary>How often <see cref="Least"/> calls.</summary>
    public const int Measurements = 3;

    /// <summary>
    /// Bytes that a call allocates on this thread, whichever of some calls allocated least: one call may meet what the runtime makes once, such as
    /// the statics of a method that is taken for the first time, and what every call allocates is in all of them.
    /// </summary>
    public static long Least(Action call)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Measurements; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
