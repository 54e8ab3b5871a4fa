using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace NarVulkan.Cli.Output;

/// <summary>What a finished command did: as text, or as the JSON object of <c>--json</c>.</summary>
internal sealed class RunReport
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly List<Phase> phases = [];
    private readonly List<string> files = [];

    public required string Command { get; init; }

    /// <summary>Tokens that were generated, over all samples; 0 where none were.</summary>
    public long GeneratedTokens { get; set; }

    /// <summary>What was kept of a picture that is continued, in words; null where nothing was.</summary>
    public string? Kept { get; set; }

    /// <summary>The most bytes of device memory that were in use.</summary>
    public long PeakDeviceBytes { get; set; }

    public IReadOnlyList<string> Files => files;

    private double Total => Stopwatch.GetElapsedTime(start).TotalSeconds;

    /// <summary>Generated tokens over the time of prefill and steps.</summary>
    private double TokensPerSecond
    {
        get
        {
            double seconds = phases.Where(phase => phase.Name is "prefill" or "steps").Sum(phase => phase.Seconds);
            return seconds > 0 ? GeneratedTokens / seconds : 0;
        }
    }

    public void AddFile(string path) => files.Add(path);

    public void AddFiles(IEnumerable<string> paths) => files.AddRange(paths);

    /// <summary>Notes the time of a phase; one that comes again takes the sum.</summary>
    public void AddPhase(string name, double seconds)
    {
        int index = phases.FindIndex(phase => phase.Name == name);
        if (index < 0)
        {
            phases.Add(new Phase(name, seconds));
        }
        else
        {
            phases[index] = new Phase(name, phases[index].Seconds + seconds);
        }
    }

    /// <summary>Runs one phase and notes its time.</summary>
    public T Time<T>(string name, Func<T> work)
    {
        long begin = Stopwatch.GetTimestamp();
        T result = work();
        AddPhase(name, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        return result;
    }

    /// <summary>Times per phase, speed and what was kept, in one line.</summary>
    public string Summary()
    {
        IEnumerable<string> parts = phases.Append(new Phase("total", Total)).Select(phase => $"{phase.Name} {Seconds(phase.Seconds)}");
        string speed = GeneratedTokens > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({TokensPerSecond:N0} tokens/s)") : "";
        return string.Join(", ", parts) + speed + (Kept is null ? "" : "; " + Kept);
    }

    /// <summary>The members that every command's JSON object has.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("command", Command);
        json.WriteStrings("files", files);
        json.WriteStartObject("seconds");
        foreach (Phase phase in phases.Append(new Phase("total", Total)))
        {
            json.WriteNumber(phase.Name, Math.Round(phase.Seconds, 6));
        }
        json.WriteEndObject();
        if (GeneratedTokens > 0)
        {
            json.WriteNumber("tokens", GeneratedTokens);
            json.WriteNumber("tokensPerSecond", Math.Round(TokensPerSecond, 1));
        }
        json.WriteNumber("peakDeviceMemoryBytes", PeakDeviceBytes);
        using Process process = Process.GetCurrentProcess();
        // Not every platform tells; 0 would be a lie.
        if (process.PeakWorkingSet64 > 0)
        {
            json.WriteNumber("peakHostMemoryBytes", process.PeakWorkingSet64);
        }
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
