using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Benchmarking;

/// <summary>What a process does that was started for timing: one generation as <c>narvk</c> would make it, with the time at which each phase ended.</summary>
internal sealed class StartupProbe(CliConsole console, IEngine engine, BenchRequested requested)
{
    private readonly List<KeyValuePair<string, double>> phases = [];
    private double last;

    /// <summary>Generates, and writes the phases as JSON: seconds of each, in order, and the time of the first token since the start.</summary>
    public void Execute(CancellationToken cancellation)
    {
        Phase("runtime", StartupClock.BeforeMain(console) ?? 0);
        Phase("command line", StartupClock.Elapsed(console));
        using IEngineContext context = engine.Open(requested.Context);
        Phase("device", StartupClock.Elapsed(console));
        NarLoadOptions options = new() { Precision = requested.Settings.Precision };
        using IEngineModel model = requested.Settings.Random is { } random
            ? context.CreateRandom(random, options)
            : context.Load(requested.Settings.Directory!, options);
        Phase("load", StartupClock.Elapsed(console));
        double firstToken = 0;
        NarModelInfo info = model.Info;
        NarSampling sampling = requested.Settings.Guidance is { } scale ? info.Sampling with { GuidanceScale = scale } : info.Sampling;
        NarGenerationRequest request = NarVulkan.Benchmarks.Generation.BenchRequest.For(info, sampling, samples: 1) with { DecodeFrames = info.HasTokenizer };
        NarGenerationResult result = model.Generate(
            request,
            new FirstProgress(() =>
            {
                firstToken = StartupClock.Elapsed(console);
            }),
            cancellation);
        double record = last + result.Timings.RecordSeconds;
        Phase("record", record);
        Phase("prefill", firstToken);
        Phase("steps", firstToken + result.Timings.StepsSeconds);
        if (info.HasTokenizer)
        {
            Phase("decode", StartupClock.Elapsed(console));
        }
        JsonReport.Write(console.Output, json =>
        {
            json.WriteNumber("firstToken", firstToken);
            json.WriteStartObject("phases");
            foreach ((string name, double seconds) in phases)
            {
                json.WriteNumber(name, seconds);
            }
            json.WriteEndObject();
        });
    }

    private void Phase(string name, double now)
    {
        phases.Add(new(name, now - last));
        last = now;
    }

    /// <summary>Calls once, at the first report: the first step is done then, and its token drawn.</summary>
    private sealed class FirstProgress(Action first) : IProgress<NarProgress>
    {
        private bool seen;

        public void Report(NarProgress value)
        {
            if (!seen)
            {
                seen = true;
                first();
            }
        }
    }
}
