using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>
/// Times the program from the start of its process to its first token, with empty caches and with filled ones. Each run has a cache folder
/// of its own, which the driver's shader cache uses too where it follows XDG_CACHE_HOME (Mesa does).
/// </summary>
internal sealed class StartupBench(IEngine engine, BenchRequested requested)
{
    /// <summary>Cold runs at most: each pays for all compilation.</summary>
    private const int MostColdRuns = 3;

    public IReadOnlyList<StartupTiming> Run(Action<WorkState> show, CancellationToken cancellation)
    {
        int warmRuns = Math.Max(1, requested.Settings.Runs), coldRuns = Math.Min(MostColdRuns, warmRuns), done = 0, all = coldRuns + warmRuns;
        string root = Directory.CreateTempSubdirectory("narvk-startup-").FullName;
        try
        {
            List<Started> cold = [], warm = [];
            for (int run = 0; run < coldRuns; run++)
            {
                cold.Add(Once("cold", Path.Combine(root, run.ToString(CultureInfo.InvariantCulture))));
            }
            for (int run = 0; run < warmRuns; run++)
            {
                warm.Add(Once("warm", Path.Combine(root, "0")));
            }
            return [Summarise("cold", cold), Summarise("warm", warm)];
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        Started Once(string name, string cache)
        {
            show(new WorkState("start-up", (double)done++ / all, name));
            Directory.CreateDirectory(cache);
            long start = Stopwatch.GetTimestamp();
            string output = engine.RunProgram(
                ["bench", "--startup-probe", .. requested.SubjectArguments],
                new Dictionary<string, string>
                {
                    ["XDG_CACHE_HOME"] = cache,
                    [StartupClock.ParentVariable] = start.ToString(CultureInfo.InvariantCulture),
                },
                cancellation);
            double end = Stopwatch.GetElapsedTime(start).TotalSeconds;
            using JsonDocument json = JsonDocument.Parse(output);
            return new Started(
                json.RootElement.GetProperty("firstToken").GetDouble(),
                end,
                [.. json.RootElement.GetProperty("phases").EnumerateObject().Select(phase => KeyValuePair.Create(phase.Name, phase.Value.GetDouble()))]);
        }
    }

    private static StartupTiming Summarise(string cache, List<Started> runs)
    {
        KeyValuePair<string, double>[] phases =
        [
            .. runs[0].Phases.Select((phase, index) => KeyValuePair.Create(phase.Key, Spread.Of(runs.Select(run => run.Phases[index].Value)).Median)),
        ];
        return new StartupTiming(cache, runs.Count, phases, Spread.Of(runs.Select(run => run.FirstToken)), Spread.Of(runs.Select(run => run.End)));
    }

    private sealed record Started(double FirstToken, double End, IReadOnlyList<KeyValuePair<string, double>> Phases);
}
