using NarVulkan.Checkpoints;
using NarVulkan.Cli.Comparison;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>
/// <c>--compare</c>: steps and time of the raster, PAR and NAR schedules on one device, with generators of equal size. What they generate is
/// checked before anything is timed, and the timed runs take turns, so that whatever else the machine does hits all alike.
/// </summary>
internal sealed class CompareRun(CliConsole console, IEngine engine, CompareSettings settings)
{
    private readonly RunReport report = new() { Command = "compare" };
    private readonly Reporter reporter = new(console, settings.Verbosity);

    public void Execute(CancellationToken cancellation)
    {
        if (settings.Model is { } asked)
        {
            CheckFolder(asked.Open());
        }
        if (settings.Model?.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        using IEngineContext context = report.Time("device", () => engine.Open(settings.Context));
        List<ComparedModel> rows = [];
        try
        {
            NarSampling sampling = null!;
            ComparedSize size = reporter.Progress.Show(show =>
            {
                ComparedSize chosen = Load(context, rows, show);
                sampling = settings.Sampling(rows[^1].Info.Sampling);
                report.Time("compare", () => Measure(rows, sampling, show, cancellation));
                return chosen;
            });
            report.PeakDeviceBytes = context.PeakDeviceBytes;
            CompareText text = new(size, rows, sampling, settings, context.Device);
            if (settings.Verbosity.PrintsText)
            {
                text.Write(console.Output);
            }
            reporter.Finish(report, json =>
            {
                json.WriteDevice(context.Device);
                text.WriteJson(json);
            });
        }
        finally
        {
            rows.ForEach(row => row.Dispose());
        }
    }

    private static void CheckFolder(ModelFolder folder)
    {
        Architecture? architecture = folder.Generator?.Architecture;
        if (architecture is not (Architecture.NarClassToImage or Architecture.NarClassToVideo))
        {
            string what = architecture is { } other ? other.Name() : "only a tokenizer";
            throw new InvalidRequestException($"--compare takes a NAR class model (nar-c2i or nar-c2v), and {folder.Name} is {what}; leave it out to compare with random weights");
        }
    }

    /// <summary>Loads a generator for each schedule, the slowest first and NAR last.</summary>
    private ComparedSize Load(IEngineContext context, List<ComparedModel> rows, Action<WorkState> show)
    {
        NarLoadOptions options = new() { Precision = settings.Precision, Tokenizer = false };
        IEngineModel? own = settings.Model is { } located ? ModelLoad.Run(context, located, options, report, show) : null;
        try
        {
            ComparedSize size = own is not null
                ? ComparedSize.Of(own.Info, own.Info.Transformer ?? throw new InvalidOperationException("a generator was loaded and its sizes are not known"))
                : ComparedSize.Random(settings.Size, settings.Grid, context.Device.Kind);
            // Of the same type as the model's own, whatever the automatic choice for random weights would be.
            NarPrecision precision = own?.Info.Precision ?? settings.Precision;
            foreach (ComparedSchedule schedule in ComparedSchedule.For(size))
            {
                if (own is not null && schedule.Architecture == own.Info.Architecture)
                {
                    rows.Add(new ComparedModel(schedule, own, random: false));
                    own = null;
                    continue;
                }
                rows.Add(new ComparedModel(schedule, report.Time("load", () => context.CreateRandom(schedule.Random(size), options with
                {
                    Precision = precision,
                    Progress = progress => show(new WorkState("loading", progress.WeightsTotal > 0 ? (double)progress.WeightsDone / progress.WeightsTotal : 0, schedule.Name)),
                })), random: true));
            }
            return size;
        }
        finally
        {
            own?.Dispose();
        }
    }

    private int Measure(IReadOnlyList<ComparedModel> rows, NarSampling sampling, Action<WorkState> show, CancellationToken cancellation)
    {
        int done = 0, all = rows.Count * (settings.Runs + 1);
        for (int run = 0; run <= settings.Runs; run++)
        {
            foreach (ComparedModel row in rows)
            {
                string detail = run == 0 ? $"{row.Schedule.Name}, checking" : $"{row.Schedule.Name}, run {run}/{settings.Runs}";
                CompareProgress progress = new(show, done++, all, detail);
                NarGenerationRequest request = Request(row.Info, sampling);
                if (run == 0)
                {
                    row.WarmUp(request, progress, cancellation);
                }
                else
                {
                    row.Run(request, progress, cancellation);
                }
            }
        }
        return done;
    }

    private NarGenerationRequest Request(NarModelInfo info, NarSampling sampling) => new()
    {
        Classes = Enumerable.Range(0, settings.Count).Select(sample => sample % Math.Max(info.ClassCount, 1)).ToArray(),
        Seed = settings.Seed,
        Sampling = sampling,
        DecodeFrames = false,
    };
}
