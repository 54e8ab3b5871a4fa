using System.Globalization;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;
using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Commands;

/// <summary>
/// <c>--samples</c>: a large run, or one shard of it, batch by batch. What is done stays on disk whatever happens; the same command goes on
/// from there. Memory does not grow with the number of samples.
/// </summary>
internal sealed class SampleRun(CliConsole console, IEngine engine, GenerateSettings asked, SampleSettings many)
{
    private readonly RunReport report = new() { Command = "generate" };
    private readonly Reporter reporter = new(console, asked.Verbosity);
    private readonly SampleFiles files = new(console, many);
    private GenerateSettings settings = asked;
    private IReadOnlyList<int> toMend = [];
    private bool arrayIsInPlace;
    private int earlier;
    private string? deviceNote;

    private int First => many.Range.First;

    private int Count => many.Range.End - many.Range.First;

    public void Execute(CancellationToken cancellation)
    {
        if (settings.Model.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        OutputChecks.RequireDistinct(console, ("--npz", settings.Npz), ("--out", settings.Pictures.Out));
        ModelFolder folder = settings.Model.Open();
        if (folder.Tokenizer is null)
        {
            throw new InvalidRequestException($"--samples makes pictures, and {folder.Name} has no tokenizer to make them with");
        }
        GenerationChecks.BeforeLoading(folder, settings);
        IConditionRows? condition = GenerationChecks.ReadCondition(console, settings);
        using RunJournal journal = RunJournal.Open(files.JournalPath, many.Restart, like: files.NpzPath);
        TakeSeed(journal.Header);
        IReadOnlyList<KeyValuePair<string, string>> own = SampleJournalSettings.Of(folder, settings, many, condition);
        if (journal.Header is { } header)
        {
            CheckSame(header, own);
            if (GoOn(journal, header))
            {
                return;
            }
        }
        Sample(journal, own, condition, cancellation);
    }

    // The seed of the run that is to go on, where the command names none.
    private void TakeSeed(JournalHeader? header)
    {
        if (!many.SeedIsGiven && header?.Setting(SampleJournalSettings.SeedName) is { } text
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            settings = settings with { Seed = seed };
        }
    }

    private void CheckSame(JournalHeader header, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        header.RequireSettings(files.JournalPath, own);
        if (header.Shape[0] != Count)
        {
            throw new InvalidRequestException($"{files.JournalPath}: is damaged; throw it away with --restart");
        }
    }

    /// <summary>Finishes what only wants finishing, and says so; whether there is nothing left to do.</summary>
    private bool GoOn(RunJournal journal, JournalHeader header)
    {
        if (journal.Entries.Count == 0)
        {
            return false;
        }
        JournalEntry last = journal.Entries[^1];
        arrayIsInPlace = last.Done == Count && (files.NpzPath is not { } npz || IsInPlace(npz, new NpzLayout(header.Shape), last.TotalCrc, journal.Finished));
        if (journal.Finished && !arrayIsInPlace)
        {
            throw new InvalidRequestException($"{files.NpzPath ?? files.JournalPath}: is not the file that {many.Label} left when it finished; bring that back, or make it again with --restart");
        }
        FindPicturesToMend(last.Done);
        if (!arrayIsInPlace || toMend.Count > 0)
        {
            return false;
        }
        if (!journal.Finished)
        {
            journal.Finish();
        }
        earlier = Count;
        reporter.Note($"{many.Label} is finished already: {Words(Count)} in {string.Join(" and ", files.Outputs)} (--restart makes them again)");
        report.AddFiles(files.Outputs);
        reporter.Finish(report, WriteJson);
        return true;
    }

    // A power cut may have taken the name from a finished array, and left it with that of the part.
    private static bool IsInPlace(string npz, NpzLayout layout, uint crc, bool finished) =>
        FinishedNpz.IsWhole(npz, layout, crc) || (finished && PartFile.PutInPlace(npz, layout, crc));

    private void FindPicturesToMend(int done)
    {
        toMend = files.WithoutPicture(First, First + done);
        // Where the journal lies beside the array, the folder may be another one than before.
        if (files is { NpzPath: not null, FolderPath: { } folder } && toMend.Count == done
            && !toMend.Any(sample => File.Exists(Path.Combine(folder, SampleFiles.PictureName(sample)))))
        {
            throw new InvalidRequestException(
                $"{many.Folder}: lacks {SampleFiles.PictureName(First)} and all others that {many.Label} made before; give the folder of the first command, or make all again with --restart");
        }
    }

    private void Sample(RunJournal journal, IReadOnlyList<KeyValuePair<string, string>> own, IConditionRows? condition, CancellationToken cancellation)
    {
        using IEngineContext context = report.Time("device", () => engine.Open(settings.Context));
        reporter.Detail($"device {context.Device.Index}: {context.Device.Name}, {context.Device.Driver}");
        NarModelInfo info = null!;
        NarSampling sampling = null!;
        reporter.Progress.Show(show =>
        {
            condition?.Prepare(context, settings, report, show, cancellation);
            using IEngineModel model = ModelLoad.Run(context, settings.Model, new NarLoadOptions { Precision = settings.Precision }, report, show);
            info = model.Info;
            sampling = settings.Sampling(info.Sampling);
            SampleSequence sequence = new(Items(info, condition), byCondition: condition is not null, condition?.Prompts());
            Begin(journal, new JournalHeader(own, ModelJson.PrecisionName(info.Precision), SampleArray.ShapeOf(info, Count), $"{context.Device.Name}, {context.Device.Driver}"));
            SampleBatches batches = new(model, settings.Seed, sampling, sequence, condition);
            using PartFile? part = OpenPart(journal);
            Make(batches, journal, part, show, cancellation);
            return batches.Finish(report);
        });
        Describe(info, journal);
        if (condition?.Detail is { } detail)
        {
            reporter.Detail(detail);
        }
        report.GeneratedTokens = (long)(Count - earlier + toMend.Count) * info.TokenCount;
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        report.AddFiles(files.Outputs);
        reporter.Finish(report, json =>
        {
            json.WriteDevice(context.Device);
            json.WriteModel(info, settings.Model);
            WriteJson(json);
            json.WriteNumber("steps", info.Steps);
            json.WriteSampling(sampling);
        });
    }

    private void Begin(RunJournal journal, JournalHeader own)
    {
        if (journal.Header is not { } header)
        {
            journal.Begin(own);
            return;
        }
        header.RequireWeights(files.JournalPath, own);
        if (header.Device != own.Device)
        {
            // Told at the end: now a progress bar stands in the way.
            deviceNote = $"{many.Label} was begun on {header.Device}; rounding on {own.Device} may differ in the last bit";
        }
    }

    private PartFile? OpenPart(RunJournal journal)
    {
        try
        {
            return files.NpzPath is { } npz && !arrayIsInPlace ? PartFile.Open(npz, new NpzLayout(journal.Header!.Shape), journal) : null;
        }
        catch
        {
            journal.GiveUp();
            throw;
        }
    }

    private void Make(SampleBatches batches, RunJournal journal, PartFile? part, Action<WorkState> show, CancellationToken cancellation)
    {
        int done = earlier = journal.Entries.Count > 0 ? journal.Entries[^1].Done : 0;
        // What the part file turned out to lack is made again anyway.
        toMend = toMend.Where(sample => sample < First + done).ToList();
        SampleProgress progress = new(show, Count, earlier, batches.Noun);
        PictureFolder? pictures = files.FolderPath is { } folder ? new PictureFolder(folder, batches, settings.Seed, DiskSync.Instance) : null;
        try
        {
            if (pictures is not null)
            {
                Mend(batches, pictures, show, cancellation);
            }
            while (done < Count)
            {
                cancellation.ThrowIfCancellationRequested();
                int size = Math.Min(many.Batch ?? batches.PreferredSize, Count - done);
                progress.Begin(size);
                IReadOnlyList<IReadOnlyList<Media.RgbImage>> batch = batches.Make(First + done, size, progress, cancellation);
                report.Time("write", () =>
                {
                    pictures?.Write(First + done, batch, cancellation);
                    JournalEntry? last = journal.Entries.Count > 0 ? journal.Entries[^1] : null;
                    journal.Add(part?.Append(last, batch) ?? new JournalEntry(done + size, 0, 0));
                    return 0;
                });
                done += size;
                progress.End();
            }
        }
        catch (OperationCanceledException e)
        {
            throw new CancelledWithWorkKeptException($"cancelled; {done} of {Words(Count)} are kept, and the same command goes on from there", e);
        }
        part?.Finish(journal.Entries[^1].TotalCrc);
        if (!journal.Finished)
        {
            journal.Finish();
        }
    }

    private void Mend(SampleBatches batches, PictureFolder pictures, Action<WorkState> show, CancellationToken cancellation)
    {
        SampleProgress progress = new(show, toMend.Count, 0, batches.Noun);
        int most = many.Batch ?? batches.PreferredSize;
        for (int at = 0, size; at < toMend.Count; at += size)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = toMend[at];
            size = 1;
            while (size < most && at + size < toMend.Count && toMend[at + size] == first + size)
            {
                size++;
            }
            progress.Begin(size);
            pictures.Write(first, batches.Make(first, size, progress, cancellation), cancellation);
            progress.End();
        }
    }

    private IReadOnlyList<int> Items(NarModelInfo info, IConditionRows? condition) =>
        settings.Classes is null && condition is null && info.ClassCount > 0
            ? Enumerable.Range(0, info.ClassCount).ToArray()
            : GenerationChecks.ItemsOf(info, settings, condition);

    private void Describe(NarModelInfo info, RunJournal journal)
    {
        if (info.Note is { } note)
        {
            reporter.Note(note);
        }
        if (settings.SeedIsDrawn)
        {
            reporter.Note(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed} (repeat with --seed {settings.Seed})"));
        }
        if (deviceNote is not null)
        {
            reporter.Note(deviceNote);
        }
        if (toMend.Count > 0)
        {
            reporter.Note($"{many.Folder}: {Words(toMend.Count)} whose picture was missing or torn {(toMend.Count == 1 ? "is" : "are")} made again");
        }
        if (earlier > 0)
        {
            reporter.Note($"{Words(Count - earlier)} made now, {Words(earlier)} before");
        }
        reporter.Detail($"journal {journal.Path}");
    }

    private static string Words(int samples) => samples == 1 ? "1 sample" : string.Create(CultureInfo.InvariantCulture, $"{samples} samples");

    private void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("seed", settings.Seed);
        json.WriteNumber("samples", many.Samples);
        if (many.Shard is { } shard)
        {
            json.WriteString("shard", shard.ToString());
        }
        json.WriteNumber("first", First);
        json.WriteNumber("count", Count);
        json.WriteNumber("madeEarlier", earlier);
        json.WriteNumber("madeNow", Count - earlier);
        json.WriteString("journal", files.JournalPath);
    }
}
