using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Cli.Benchmarking;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>Runs a benchmark and reports it. Results are printed at the end, and only where everything was right.</summary>
internal sealed class BenchRun(CliConsole console, IEngine engine, BenchRequested requested)
{
    private readonly Reporter reporter = new(console, requested.Verbosity);

    public void Execute(CancellationToken cancellation)
    {
        if (requested.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        BenchResult result = reporter.Progress.Show(show =>
        {
            // First, while nothing else of ours computes or holds memory.
            IReadOnlyList<StartupTiming> startup = (requested.Settings.Parts & BenchParts.Startup) != 0
                ? new StartupBench(engine, requested).Run(show, cancellation)
                : [];
            using IEngineContext context = engine.Open(requested.Context);
            BenchReport report = context.Benchmark(requested.Settings, state => show(new WorkState(state.Part, state.Fraction, state.Detail)), cancellation);
            return new BenchResult(requested, report, startup);
        });
        if (requested.Verbosity.Json)
        {
            JsonReport.Write(console.Output, json => BenchJson.Write(json, result));
        }
        else if (requested.Verbosity.PrintsText)
        {
            new BenchText(console.Output, result, requested.Verbosity.Verbose).Write();
        }
    }
}
