using NarVulkan;

namespace NarVulkan.Endurance;

/// <summary>
/// A model and a session made, used and disposed, over and over in one context: memory ends where it was. The process's memory is looked at in five parts
/// of the run, whose median counts: a leak is in each of them, while what the runtime, its compiler and its collector take once is in one or two.
/// </summary>
internal static class CyclesRun
{
    // Code is compiled and pools take their size in the first ones.
    private const int Settling = 20, Parts = 5;

    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    /// <summary>Runs so many cycles; those beyond the settling ones are at least <see cref="Parts"/>.</summary>
    /// <returns>
    /// After the settling ones, bytes that the process gained at the pace of the median part and in all, and bytes that the device gained.
    /// </returns>
    public static (long Process, long All, long Device) Run(NarContext context, int cycles, Action<int> done)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, Settling + Parts);
        List<long> process = [];
        long device = 0;
        int part = (cycles - Settling) / Parts;
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            if (cycle == Settling)
            {
                device = context.DeviceMemory.InUse;
            }
            if (cycle >= Settling && (cycle - Settling) % part == 0 && process.Count < Parts)
            {
                process.Add(Resident());
            }
            using var model = NarModel.CreateRandom(context, Tiny);
            using var session = model.CreateSession();
            session.Generate(new NarGenerationRequest { Classes = [cycle % 3], Seed = (ulong)cycle, Sampling = new NarSampling(), DecodeFrames = false });
            done(cycle + 1);
        }
        process.Add(Resident());
        long[] gains = [.. process.Zip(process.Skip(1), (before, after) => after - before).Order()];
        return (gains[Parts / 2] * Parts, process[^1] - process[0], context.DeviceMemory.InUse - device);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return ProcessMemory.Now().ResidentBytes;
    }
}
