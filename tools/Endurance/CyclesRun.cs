using NarVulkan;

namespace NarVulkan.Endurance;

/// <summary>A model and a session made, used and disposed, over and over in one context: memory ends where it was.</summary>
internal static class CyclesRun
{
    // Code is compiled and pools take their size in the first ones.
    private const int Settling = 20;

    private static readonly NarRandomModel Tiny = new() { Architecture = "nar-c2v", Width = 32, Blocks = 1, Heads = 2, Grid = [2, 3, 3], Vocabulary = 64, Classes = 3 };

    /// <summary>Runs so many cycles, at least one more than settle.</summary>
    /// <returns>Bytes of the process, and of the device, beyond those after the settling ones.</returns>
    public static (long Process, long Device) Run(NarContext context, int cycles, Action<int> done)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(cycles, Settling);
        long process = 0, device = 0;
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            if (cycle == Settling)
            {
                (process, device) = (Resident(), context.DeviceMemory.InUse);
            }
            using var model = NarModel.CreateRandom(context, Tiny);
            using var session = model.CreateSession();
            session.Generate(new NarGenerationRequest { Classes = [cycle % 3], Seed = (ulong)cycle, Sampling = new NarSampling(), DecodeFrames = false });
            done(cycle + 1);
        }
        return (Resident() - process, context.DeviceMemory.InUse - device);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return ProcessMemory.Now().ResidentBytes;
    }
}
