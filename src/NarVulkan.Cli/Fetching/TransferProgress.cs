using System.Diagnostics;
using System.Globalization;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Fetching;

/// <summary>Words the progress of a download: bytes, speed, and the time left at that speed.</summary>
internal sealed class TransferProgress(Action<WorkState> show, string name)
{
    private long start, startBytes;

    /// <summary>A transfer goes on from so many bytes.</summary>
    public void Begin(long bytes)
    {
        start = Stopwatch.GetTimestamp();
        startBytes = bytes;
    }

    /// <param name="bytes">Bytes that are there.</param>
    /// <param name="whole">Bytes of the whole file; null where that is not known.</param>
    public void Fetched(long bytes, long? whole)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, speed = seconds > 0 ? (bytes - startBytes) / seconds : 0;
        string left = speed > 0 && whole is { } all ? ", " + GenerationProgress.Remaining(TimeSpan.FromSeconds((all - bytes) / speed)) : "";
        show(new WorkState($"fetching {name}", Fraction(bytes, whole), $"{Amount(bytes, whole)}, {ByteText.Of((long)speed)}/s{left}"));
    }

    /// <summary>What is there is read for the checksum.</summary>
    public void Reread(long bytes, long whole) => show(new WorkState($"checking {name}", Fraction(bytes, whole), Amount(bytes, whole)));

    public void Pause(string reason, TimeSpan pause) =>
        show(new WorkState($"fetching {name}", null, string.Create(CultureInfo.InvariantCulture, $"{reason}; trying again in {pause.TotalSeconds:0.#} s")));

    private static double? Fraction(long bytes, long? whole) => whole > 0 ? Math.Min(1, (double)bytes / whole.Value) : null;

    private static string Amount(long bytes, long? whole) => whole is { } all ? $"{ByteText.Of(bytes)} of {ByteText.Of(all)}" : ByteText.Of(bytes);
}
