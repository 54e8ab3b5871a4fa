using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NarVulkan.Fuzz;

/// <summary>What one input did to its reader.</summary>
/// <param name="Problem">What is wrong with the reader; null where it read the input, or refused it as it should.</param>
/// <param name="Signature">What happened, without names and numbers: inputs of new signatures are worth keeping.</param>
/// <param name="Refused">Whether the input was refused.</param>
internal sealed partial record Inspection(string? Problem, string Signature, bool Refused)
{
    /// <summary>Bytes that any reader may allocate, however short the input.</summary>
    public const long FreeBytes = 2 << 20;

    /// <summary>A good file of a few kilobytes takes a millisecond. Processes that share a processor wait; several times in a row they do not.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private const int Repeats = 3;

    /// <summary>Of every byte of a large input besides: ten times what the slowest reader of any takes when nothing else runs.</summary>
    private static readonly TimeSpan LongestOfByte = TimeSpan.FromMicroseconds(2);

    /// <summary>Calls the reader and watches it.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="path">The input.</param>
    /// <param name="length">Its bytes.</param>
    public static Inspection Of(FuzzTarget target, string path, long length)
    {
        TimeSpan longest = Longest + length * LongestOfByte;
        Inspection inspection = Once(target, path, length, out TimeSpan time);
        for (int i = 0; i < Repeats && inspection.Problem is null && time > longest; i++)
        {
            inspection = Once(target, path, length, out time);
        }
        return inspection.Problem is null && time > longest ? inspection with { Problem = $"takes {time.TotalSeconds:f1} s for {length} bytes" } : inspection;
    }

    private static Inspection Once(FuzzTarget target, string path, long length, out TimeSpan time)
    {
        long begin = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
        string said;
        string? problem = null;
        bool refused = false;
        try
        {
            said = target.Read(path);
        }
        catch (NarException e)
        {
            said = e.Message;
            refused = true;
            if (said.Any(char.IsControl) || said.Length == 0)
            {
                problem = $"refuses with control characters, or without a word: {said}";
            }
        }
        catch (Exception e)
        {
            said = $"{e.GetType().Name} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("NarVulkan", StringComparison.Ordinal))}";
            problem = e.ToString();
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        time = Stopwatch.GetElapsedTime(begin);
        long allowed = FreeBytes + length * target.BytesPerByte;
        if (problem is null && allocated > allowed)
        {
            problem = $"allocates {allocated} bytes for an input of {length}, more than {allowed}";
        }
        // The path is the same for all inputs; names and numbers in the message are the input's own.
        string signature = Particulars().Replace(said.Replace(path, "", StringComparison.Ordinal), "#");
        return new Inspection(problem, $"{target.Name} {(problem is null ? refused ? "refused" : "read" : "FAILED")} {signature}", refused);
    }

    [GeneratedRegex(@"'[^']*'|tensor .*? (?=has|needs|claims|lies|does|is|reaches|leaves|overlaps|lacks|occurs|views|reads)|-?[0-9]+(\.[0-9]+)?|\[[^\]]*\]")]
    private static partial Regex Particulars();
}
