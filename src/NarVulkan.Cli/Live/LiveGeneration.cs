using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using NarVulkan.Windowing;

namespace NarVulkan.Cli.Live;

/// <summary>The generating side of <c>--live</c>: loads the model on the window's device, then generates for as long as the window is open.</summary>
internal sealed class LiveGeneration(
    CliConsole console,
    GenerateSettings first,
    PictureWindow window,
    LiveControls controls,
    RunReport report,
    Reporter reporter,
    PictureWriter writer,
    IConditionRows? condition,
    KeptInput? keep,
    CancellationToken cancellation)
{
    // Where steps are quick they are spread over so much time, since a wave that has passed in a wink is not seen.
    private static readonly TimeSpan ShortestShow = TimeSpan.FromSeconds(2), LongestPace = TimeSpan.FromMilliseconds(100);

    private readonly GenerateSettings asked = first;
    private GenerateSettings settings = first;
    private IEngineModel model = null!;
    private NarSession session = null!;
    private NarTexture? texture;
    private KeptTokens? kept;
    private TokenGrid shown = null!;
    private readonly LiveClock clock = new(TimeProvider.System);
    private bool anyFinished, decoded;
    private int stepsDone, tokensDone;

    // What was written last, of the picture as it is now; null where nothing was.
    private IReadOnlyList<string>? saved;

    /// <summary>What was generated last, or is being generated, and with which settings; null before the model was loaded.</summary>
    public (GenerateSettings Settings, PlannedGeneration Planned)? Last { get; private set; }

    /// <summary>Generates until the window closes.</summary>
    /// <param name="closed">Cancelled when the window is closed.</param>
    public async Task Run(CancellationToken closed)
    {
        try
        {
            // Borrowed: the context ends with the window.
            VulkanEngineContext context = new(window.Context);
            string name = settings.Model.Open().Name;
            void ShowLoading(WorkState state)
            {
                // What is thrown here ends the loading: a window that was closed is not waited for.
                closed.ThrowIfCancellationRequested();
                window.Title = LiveTitle.Loading(name, state.Fraction ?? 0);
            }
            condition?.Prepare(context, settings, report, ShowLoading, closed);
            model = ModelLoad.Run(context, settings.Model, new NarLoadOptions { Precision = settings.Precision }, report, ShowLoading);
            using (session = model.CreateSession())
            {
                while (true)
                {
                    PlannedGeneration planned = Plan(closed);
                    if (await Grow(planned, closed))
                    {
                        Keep(planned);
                        Rest(planned);
                    }
                    TakeNewSeed();
                }
            }
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // How a window ends: the user closed it.
        }
        finally
        {
            if (texture is not null)
            {
                window.Release(texture);
                texture.Dispose();
            }
            model?.Dispose();
        }
    }

    private PlannedGeneration Plan(CancellationToken closed)
    {
        SamplePlan samples = GenerationChecks.PlanSamples(model.Info, settings, condition);
        kept ??= keep?.ForSamples(model, samples.Count, encode => report.Time("encode", encode), closed);
        PlannedGeneration planned = new(model.Info, samples, condition, settings.Sampling(model.Info.Sampling), kept);
        report.Kept = kept?.ToString();
        texture ??= session.CreateTexture(new NarTextureOptions { Samples = samples.Count });
        if (Last is null)
        {
            GenerateRun.Describe(reporter, settings, planned);
        }
        Last = (settings, planned);
        return planned;
    }

    // True when all steps are done; false when another seed was asked for.
    private async Task<bool> Grow(PlannedGeneration planned, CancellationToken closed)
    {
        TimeSpan pace = ShortestShow / model.Info.Steps is var even && even < LongestPace ? even : LongestPace;
        PreviewBudget budget = new();
        TokenGrid grid = TokenGrid.Empty(model.Info.Grid);
        long stepBegun = Stopwatch.GetTimestamp();
        clock.Restart();
        (decoded, saved) = (false, null);
        await foreach (NarStep step in session.GenerateAsync(GenerateRun.Request(settings, planned, decode: true), closed))
        {
            budget.AddStep(Stopwatch.GetElapsedTime(stepBegun), behindPreview: decoded);
            decoded = false;
            grid = step.IsLast ? TokenGrid.Complete(model.Info.Grid) : grid.After(step.Fresh);
            Show(grid, decode: step.IsLast || controls.IsPaused || budget.IsDue(clock.Elapsed));
            (stepsDone, tokensDone, saved) = (step.Index + 1, step.TokensDone, null);
            if (controls.IsPaused)
            {
                clock.Stop();
            }
            Tell(controls.IsPaused ? "paused" : null);
            while (!step.IsLast && controls.Wait(unfinished: true, stepBegun + Ticks(pace)) is var action && action != LiveAction.Step)
            {
                switch (action)
                {
                    case LiveAction.Reseed:
                        return false;
                    case LiveAction.Save:
                        Save(planned);
                        break;
                    case LiveAction.Pause:
                        clock.Stop();
                        Show(grid, decode: true);
                        Tell("paused");
                        break;
                }
            }
            stepBegun = Stopwatch.GetTimestamp();
            clock.Start();
        }
        clock.Stop();
        return true;
    }

    private void Show(TokenGrid grid, bool decode)
    {
        // The last preview may be of all that exists.
        if (decode && !decoded)
        {
            session.Decode(texture!);
            decoded = true;
        }
        shown = grid;
        window.Show(texture!, grid, settings.Pictures.FramesPerSecond ?? PictureWriter.DefaultFramesPerSecond);
    }

    // The picture is finished and stays until another is asked for.
    private void Rest(PlannedGeneration planned)
    {
        while (controls.Wait(unfinished: false, 0) == LiveAction.Save)
        {
            Save(planned);
        }
    }

    // The first that is finished is what the command was asked for.
    private void Keep(PlannedGeneration planned)
    {
        if (!anyFinished)
        {
            report.AddPhase("live", clock.Elapsed.TotalSeconds);
            Write(planned);
        }
        anyFinished = true;
        Tell("done");
    }

    // Pictures only, of the tokens that there are: arrays are of what is finished. Nothing that lies there is replaced.
    private void Save(PlannedGeneration planned)
    {
        bool unfinished = stepsDone < model.Info.Steps, ran = clock.IsRunning;
        // Writing is no part of what a generation takes.
        clock.Stop();
        if (saved is { } files && files.All(file => File.Exists(console.Resolve(file))))
        {
            reporter.Note($"saved already: {string.Join(", ", files)}");
        }
        else
        {
            TrySave(planned, unfinished ? new UnfinishedWork(stepsDone, model.Info.Steps, tokensDone, model.Info.TokenCount) : null);
        }
        string outcome = saved is { } names
            ? "saved " + (names.Count == 1 ? Path.GetFileName(names[0]) : string.Create(CultureInfo.InvariantCulture, $"{names.Count} files"))
            : "not saved, the terminal says why";
        Tell((unfinished ? controls.IsPaused ? "paused, " : "" : "done, ") + outcome);
        if (ran)
        {
            clock.Start();
        }
    }

    // A full disk is no reason to close the window: what is shown can be saved again.
    private void TrySave(PlannedGeneration planned, UnfinishedWork? unfinished)
    {
        Show(shown, decode: true);
        PictureBatch pictures = planned.Pictures(settings.Seed, ReadPixels()) with { Unfinished = unfinished };
        try
        {
            saved = null;
            Wrote(report.Time("write", () => WriterOf(planned).WriteBesideOthers(pictures, cancellation)));
        }
        catch (OutputFileException e) when (saved is null)
        {
            reporter.Note(e.Message);
        }
    }

    // A file that was named is that of the seed that was asked for; another seed's lies beside it.
    private PictureWriter WriterOf(PlannedGeneration planned) =>
        settings.Seed != asked.Seed && asked.Pictures.Out is { } path && Path.GetExtension(path).Length > 0 && !Directory.Exists(console.Resolve(path))
            ? new PictureWriter(
                console,
                asked.Pictures with { Out = string.Create(CultureInfo.InvariantCulture, $"{path[..^Path.GetExtension(path).Length]}-seed{settings.Seed}{Path.GetExtension(path)}") },
                planned.Info.Media)
            : writer;

    // What has been begun is written to the end though the window be closed meanwhile: only Ctrl+C ends it.
    private void Write(PlannedGeneration planned)
    {
        Show(shown, decode: true);
        int[] tokens = session.ReadTokens();
        NarGenerationResult result = new()
        {
            Tokens = tokens,
            // The decoder's own numbers where they are asked for; a texture has their bytes.
            Frames = settings.Dumps.Frames is null ? ReadPixels() : model.Decode(tokens, planned.Samples.Count, grid: null, cancellation),
            Timings = new NarTimings(0, 0, 0, 0),
        };
        Wrote(report.Time("write", () => GenerateRun.Write(console, settings, result, planned, WriterOf(planned), cancellation)));
    }

    private void Wrote(IReadOnlyList<string> files)
    {
        saved = files;
        reporter.Wrote(report, files);
    }

    private float[] ReadPixels()
    {
        byte[] rgba = new byte[checked((long)texture!.Layers * texture.Height * texture.Width * 4)];
        texture.CopyTo(rgba);
        return LivePicture.ToPixels(rgba, model.Info.Media, texture.Samples, texture.Frames, texture.Height, texture.Width);
    }

    private void TakeNewSeed()
    {
        // Drawn short enough to be typed again.
        settings = settings with { Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))), SeedIsDrawn = true };
        reporter.Note(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed} (repeat with --seed {settings.Seed})"));
    }

    private void Tell(string? state) => window.Title = LiveTitle.Generating(
        model.Info.Name, stepsDone, model.Info.Steps, tokensDone, model.Info.TokenCount, clock.Elapsed, settings.Seed, state);

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
