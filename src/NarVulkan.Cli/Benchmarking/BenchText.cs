using System.Globalization;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>A benchmark as aligned columns.</summary>
/// <param name="output">Where to.</param>
/// <param name="result">What was found.</param>
/// <param name="verbose">Whether every step is listed, however many there are.</param>
internal sealed class BenchText(TextWriter output, BenchResult result, bool verbose)
{
    private const int MostSteps = 48, StepsShown = 24;

    private readonly BenchReport report = result.Report;

    public void Write()
    {
        WriteHead();
        if (result.Startup.Count > 0)
        {
            WriteStartup();
        }
        if (report.Kernels.Count > 0)
        {
            WriteKernels();
        }
        if (report.Steps is { } steps)
        {
            WriteSteps(steps);
        }
        if (report.Generations.Count > 0)
        {
            WriteGenerations();
        }
        if (report.Decode is { } decode)
        {
            Heading($"Decoding by {decode.Tokenizer}, batch {decode.Batch}");
            output.WriteLine($"  first {Time(decode.FirstSeconds)}, with loading and compilation; then {Times(decode.Seconds)}");
        }
    }

    private void WriteHead()
    {
        string commit = CliApplication.Commit() is { Length: > 0 } hash ? $" ({hash[..Math.Min(10, hash.Length)]})" : "";
        List<KeyValuePair<string, string>> rows =
        [
            new("device", $"{report.Device.Name}, {report.Device.Kind}"),
            new("driver", report.Device.Driver),
            new("narvk", Invariant($"{CliApplication.Version()}{commit}, {Environment.ProcessorCount} processors")),
        ];
        if (report.Ceilings is { } ceilings)
        {
            rows.Add(new("copy", Invariant($"{ceilings.CopyBytesPerSecond / 1e9:0.0} GB/s read and written, {Size((long)ceilings.CopyBytes)} at a time")));
            rows.Add(new("peak", Invariant($"{2e-9 * ceilings.MultiplyAddsPerSecond:0.0} GFLOP/s of float32 multiply-adds, without matrix units")));
        }
        if (report.Model is { } model)
        {
            rows.Add(new("model", Invariant(
                $"{result.Requested.Subject}{(result.Requested.Settings.Random is null ? "" : " (random weights)")}: {model.Architecture}, {model.ParameterCount / 1e6:0.0} M weights in {ModelJson.PrecisionName(model.Precision)}, {string.Join('x', model.Grid)} tokens of {model.Vocabulary}, {model.Steps} steps, guidance {report.Sampling!.GuidanceScale}")));
        }
        if (report.Load is { } load)
        {
            rows.Add(new("load", Invariant(
                $"{Time(load.Seconds)}, {Time(load.ProcessorSeconds)} of processor time; {Size(load.Memory.Total)} on the device, of that weights {Size(load.Memory.Weights)}{HostPeak(load.Memory)}")));
        }
        if (report.Tuning is { } tuning)
        {
            rows.Add(new("tuning", Invariant(
                $"{Time(tuning.Seconds)}, {tuning.Trials} forms tried, {tuning.Chosen} of {tuning.Wanted} choices made{(tuning.Problem is null ? ", kept on disk" : $"; {tuning.Problem}")}")));
        }
        output.Write(TextTable.Pairs(rows));
    }

    private void WriteStartup()
    {
        Heading("Start-up, from the start of the process");
        string[] phases = [.. result.Startup[0].Phases.Select(phase => phase.Key)];
        List<string[]> cells = [["cache", "runs", "first token", "", "end", .. phases]];
        cells.AddRange(result.Startup.Select(startup => (string[])
        [
            startup.Cache, Number(startup.Runs), Time(startup.FirstToken.Median), Range(startup.FirstToken), Time(startup.End.Median),
            .. startup.Phases.Select(phase => Time(phase.Value)),
        ]));
        Table(cells, left: 1);
    }

    private void WriteKernels()
    {
        Heading("Kernels, each equal to its CPU twin before it was timed");
        bool calls = report.Kernels.Any(kernel => kernel.Calls > 0);
        bool software = report.Device.Kind == "software";
        List<string[]> cells =
        [
            ["kernel", "shape", .. calls ? (string[])["calls"] : [], "time", "best", "GFLOP/s", "of peak", "GB/s", "of copy", .. software ? (string[])["by processor time"] : []],
        ];
        cells.AddRange(report.Kernels.Select(kernel => (string[])
        [
            kernel.Kernel, kernel.Shape, .. calls ? (string[])[Number(kernel.Calls)] : [], Time(kernel.Seconds), Time(kernel.BestSeconds),
            kernel.MultiplyAdds > 0 ? Invariant($"{kernel.FlopsPerSecond / 1e9:0.0}") : "-",
            kernel.MultiplyAdds > 0 && report.Ceilings is { } peak ? Percent(kernel.FractionOfPeak(peak)) : "-",
            Invariant($"{kernel.BytesPerSecond / 1e9:0.0}"),
            report.Ceilings is { } copy ? Percent(kernel.FractionOfBandwidth(copy)) : "-",
            .. software ? (string[])[kernel.ProcessorSeconds > 0 ? Time(kernel.ProcessorSeconds) : "-"] : [],
        ]));
        Table(cells, left: 2);
    }

    private void WriteSteps(StepsReport steps)
    {
        Heading(Invariant($"Steps, batch {steps.Samples}, medians of {steps.Runs}, each submitted by itself; {(steps.ByTimestamps ? "device time by timestamps" : "wall clock, this queue has no timestamps")}"));
        string[] parts = [.. steps.Parts.Select(part => part.Key)];
        List<string[]> cells = [["step", "rows", "keys", "sampled", "weights", "time", "limit", .. parts, "submission"]];
        int every = verbose || steps.Steps.Count <= MostSteps ? 1 : (steps.Steps.Count + StepsShown - 1) / StepsShown;
        cells.AddRange(steps.Steps.Where((_, index) => index % every == 0 || index == steps.Steps.Count - 1).Select(step => (string[])
        [
            Number(step.Index), Number(step.Rows), Number(step.Keys), Number(step.Sampled), Size(step.WeightBytes), Time(step.DeviceSeconds), Limit(step.WeightBytes),
            .. parts.Select(part => Time(step.Parts.FirstOrDefault(own => own.Key == part).Value)), Time(step.WallSeconds),
        ]));
        cells.Add(
        [
            "all", "", "", Number(steps.Steps.Sum(step => step.Sampled)), Size(steps.WeightBytes), Time(steps.DeviceSeconds), Limit(steps.WeightBytes),
            .. steps.Parts.Select(part => Time(part.Value)), Time(steps.Steps.Sum(step => step.WallSeconds)),
        ]);
        Table(cells, left: 0);
        if (every > 1)
        {
            output.WriteLine(Invariant($"  (one step in {every}; --verbose lists all)"));
        }
    }

    private void WriteGenerations()
    {
        string kind = report.Model!.Media == NarMedia.Image ? "images/s" : "videos/s";
        int runs = report.Generations[0].Runs;
        Heading(runs > 0 ? Invariant($"Generations, medians of {runs}, every run bit for bit the same") : "Generations, the first run alone, with recording and compilation");
        List<string[]> cells = [["batch", "seconds", "", "first run", "prefill", "steps", "tokens/s", kind, "limit", "process", "thread", "managed", "in steps"]];
        cells.AddRange(report.Generations.Select(generation => (string[])
        [
            Number(generation.Batch), Time(generation.Seconds.Median), Range(generation.Seconds), Time(generation.FirstSeconds), Time(generation.PrefillSeconds),
            Time(generation.StepsSeconds), Invariant($"{generation.TokensPerSecond:N1}"), Invariant($"{generation.SamplesPerSecond:N3}"), Limit(generation.WeightBytes),
            Time(generation.ProcessSeconds), generation.ThreadSeconds is { } thread ? Time(thread) : "-", Size(generation.AllocatedBytes),
            generation.AllocatedInSteps is { } inSteps ? Size(inSteps) : "-",
        ]));
        Table(cells, left: 0);
        output.WriteLine("  limit: reading the weights once a step at the copy bandwidth; process, thread: processor time of all and of the submitting thread;");
        output.WriteLine("  managed, in steps: bytes allocated by a run (the least of them), and by the replay of its steps alone");
        output.WriteLine();
        List<string[]> commands = [["batch", "submissions", "dispatches", "barriers"]];
        commands.AddRange(report.Generations.Select(generation => (string[])
        [
            Number(generation.Batch), Number(generation.Submissions), Number(generation.Dispatches), Number(generation.Barriers),
        ]));
        Table(commands, left: 0);
        output.WriteLine();
        List<string[]> memory = [["batch", "weights", "KV cache", "scratch", "logits", "inputs", "staging", "others", "device", "peak", "host peak"]];
        memory.AddRange(report.Generations.Select(generation => (string[])
        [
            Number(generation.Batch), Size(generation.Memory.Weights), Size(generation.Memory.Cache), Size(generation.Memory.Scratch), Size(generation.Memory.Logits),
            Size(generation.Memory.Inputs), Size(generation.Memory.Staging), Size(generation.Memory.Others), Size(generation.Memory.Total), Size(generation.Memory.Peak),
            generation.Memory.HostPeak > 0 ? Size(generation.Memory.HostPeak) : "-",
        ]));
        Table(memory, left: 0);
        output.WriteLine("  device: the sum; scratch: activations; inputs: conditions, tokens, tables of the schedule; others: a tokenizer");
    }

    private void Heading(string text)
    {
        output.WriteLine();
        output.WriteLine(text);
    }

    /// <summary>The first columns to the left, numbers to the right.</summary>
    private void Table(List<string[]> cells, int left)
    {
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        output.Write(TextTable.Columns([.. cells.Select(row => row.Select((cell, column) => column < left ? cell : cell.PadLeft(widths[column])).ToArray())]));
    }

    private string Limit(long weightBytes) => report.Ceilings is { } ceilings ? Time(weightBytes / ceilings.CopyBytesPerSecond) : "-";

    private static string Times(Spread spread) => $"{Time(spread.Median)} ({Range(spread)})";

    private static string Range(Spread spread) => $"{Time(spread.Least)} to {Time(spread.Most)}";

    private static string HostPeak(MemoryUse memory) => memory.HostPeak > 0 ? $"; host peak {Size(memory.HostPeak)}" : "";

    /// <summary>Three digits and a unit.</summary>
    private static string Time(double seconds) => seconds switch
    {
        0 => "0",
        < 0.9995e-3 => Digits(seconds * 1e6) + " us",
        < 0.9995 => Digits(seconds * 1e3) + " ms",
        _ => Digits(seconds) + " s",
    };

    private static string Digits(double value) => value switch
    {
        < 9.995 => Invariant($"{value:0.00}"),
        < 99.95 => Invariant($"{value:0.0}"),
        _ => Invariant($"{value:N0}"),
    };

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => Invariant($"{bytes / (double)(1L << 30):0.00} GiB"),
        >= 1L << 20 => Invariant($"{bytes / (double)(1L << 20):0.0} MiB"),
        >= 1L << 10 => Invariant($"{bytes / 1024.0:0.0} KiB"),
        _ => Invariant($"{bytes} B"),
    };

    private static string Percent(double fraction) => Invariant($"{100 * fraction:0} %");

    private static string Number(long number) => Invariant($"{number:N0}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
