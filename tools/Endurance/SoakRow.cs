using System.Globalization;

namespace NarVulkan.Endurance;

/// <summary>What was seen after one generation.</summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Samples">Its samples.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="ProcessorSeconds">Processor time that it took, of all threads.</param>
/// <param name="DeviceBytes">Device memory in use.</param>
/// <param name="Memory">What the process held.</param>
internal sealed record SoakRow(int Index, int Samples, double Seconds, double ProcessorSeconds, long DeviceBytes, ProcessMemory Memory)
{
    public const string Header = "generation,samples,seconds,processor_seconds,device_bytes,resident_bytes,managed_bytes,handles,threads";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Index},{Samples},{Seconds:0.0000},{ProcessorSeconds:0.0000},{DeviceBytes},{Memory.ResidentBytes},{Memory.ManagedBytes},{Memory.Handles},{Memory.Threads}");
}
