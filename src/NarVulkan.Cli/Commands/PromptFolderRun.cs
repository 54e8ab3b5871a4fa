using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Commands;

/// <summary>
/// <c>--prompts-json</c>: pictures of many prompts for an evaluator. Pictures that are there stay, whatever ended the run before; the same command makes the others.
/// </summary>
internal sealed class PromptFolderRun(CliConsole console, IEngine engine, GenerateSettings asked, PromptFolderSettings many)
{
    // What the journal of any large run says and this one does not, or says in its own words.
    private static readonly string[] LeftOut = [SampleJournalSettings.SamplesName, SampleJournalSettings.ShardName, "--npz", "--out", "--class", "prompts"];

    private readonly RunReport report = new() { Command = "generate" };
    private readonly Reporter reporter = new(console, asked.Verbosity);
    private GenerateSettings settings = asked;

    public void Execute(CancellationToken cancellation)
    {
        if (settings.Model.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        ModelFolder folder = settings.Model.Open();
        GenerationChecks.BeforeLoading(folder, settings);
        if (folder.Tokenizer is null)
        {
            throw new InvalidRequestException($"--prompts-json makes pictures, and {folder.Name} has no tokenizer to make them with");
        }
        PromptFolder pictures = new(console.Resolve(many.Folder), many.Records, many.Copies, many.Shard, DiskSync.Instance);
        if (many.Restart || !File.Exists(pictures.JournalPath))
        {
            pictures.RequireNothingElse();
        }
        using RunJournal journal = RunJournal.Open(pictures.JournalPath, many.Restart);
        if (!many.SeedIsGiven && ulong.TryParse(journal.Header?.Setting(SampleJournalSettings.SeedName), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            settings = settings with { Seed = seed };
        }
        IReadOnlyList<KeyValuePair<string, string>> own = JournalSettings(folder);
        journal.Header?.RequireSettings(journal.Path, own);
        // A run that is begun again makes all anew, over what is there.
        RequireOneRun(pictures, own);
        IReadOnlyList<int> missing = journal.Header is null ? [.. pictures.All()] : pictures.Missing();
        if (missing.Count > 0)
        {
            Generate(pictures, journal, own, missing, cancellation);
        }
        foreach (int prompt in pictures.Unfinished())
        {
            cancellation.ThrowIfCancellationRequested();
            pictures.Finish(prompt, TextOf(folder.Name, prompt, sample: null, WordsOf(own)));
        }
        int earlier = many.Samples - missing.Count;
        if (earlier > 0)
        {
            reporter.Note($"{(missing.Count == 0 ? "all" : earlier.ToString(CultureInfo.InvariantCulture))} of {many.Samples} pictures were made before (--restart makes them again)");
        }
        report.AddFile(many.Folder);
        reporter.Finish(report, json =>
        {
            json.WriteNumber("seed", settings.Seed);
            json.WriteNumber("prompts", many.Prompts.End - many.Prompts.First);
            if (many.Shard is { } shard)
            {
                json.WriteString("shard", shard.ToString());
            }
            json.WriteNumber("count", many.Copies);
            json.WriteNumber("samples", many.Samples);
            json.WriteNumber("madeEarlier", earlier);
            json.WriteNumber("madeNow", missing.Count);
            json.WriteString("journal", pictures.JournalPath);
        });
    }

    // Shards in one folder are one set for the evaluator: of the same model, settings and prompts.
    private static void RequireOneRun(PromptFolder pictures, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        foreach (string path in pictures.OtherJournals())
        {
            if (RunJournal.Peek(path) is { } other)
            {
                RefuseMixture(path, [.. JournalHeader.Differences(WithoutShard(other.Settings), WithoutShard(own)).Select(difference => $"{difference.Name} {difference.First} (here {difference.Second})")]);
            }
        }

        static IReadOnlyList<KeyValuePair<string, string>> WithoutShard(IReadOnlyList<KeyValuePair<string, string>> settings) =>
            [.. settings.Where(setting => setting.Key != SampleJournalSettings.ShardName)];
    }

    private static void RefuseMixture(string journal, IReadOnlyList<string> differences)
    {
        if (differences.Count > 0)
        {
            throw new InvalidRequestException(
                $"{journal}: is of a run with {string.Join(" and ", differences)}, and an evaluator would count its pictures as this one's; name another folder with --out, or remove it and its pictures");
        }
    }

    private void Generate(PromptFolder pictures, RunJournal journal, IReadOnlyList<KeyValuePair<string, string>> own, IReadOnlyList<int> missing, CancellationToken cancellation)
    {
        // Only prompts that lack a picture are encoded.
        int[] prompts = [.. missing.Select(sample => sample / many.Copies).Distinct()];
        PromptCondition condition = new(settings.Prompts! with { Prompts = [.. prompts.Select(prompt => many.Records[prompt].Prompt)] });
        using IEngineContext context = report.Time("device", () => engine.Open(settings.Context));
        reporter.Detail($"device {context.Device.Index}: {context.Device.Name}, {context.Device.Driver}");
        NarModelInfo info = null!;
        reporter.Progress.Show(show =>
        {
            condition.Prepare(context, settings, report, show, cancellation);
            using IEngineModel model = ModelLoad.Run(context, settings.Model, new NarLoadOptions { Precision = settings.Precision }, report, show);
            info = model.Info;
            condition.Check(info);
            JournalHeader header = new(own, ModelJson.PrecisionName(info.Precision), SampleArray.ShapeOf(info, many.Samples), $"{context.Device.Name}, {context.Device.Driver}");
            foreach (string path in pictures.OtherJournals())
            {
                if (RunJournal.Peek(path) is { } other && other.Precision != header.Precision)
                {
                    RefuseMixture(path, [$"weights in {other.Precision} (here {header.Precision}, unless --precision says otherwise)"]);
                }
            }
            if (journal.Header is { } begun)
            {
                begun.RequireWeights(journal.Path, header);
            }
            else
            {
                journal.Begin(header);
            }
            SampleBatches batches = new(model, settings.Seed, settings.Sampling(info.Sampling), new PromptSequence(many.Copies, prompts, PromptStreams.Of([.. many.Records.Select(record => record.Prompt)], many.Copies)), condition);
            Make(pictures, batches, missing, show, cancellation);
            return batches.Finish(report);
        });
        if (info.Note is { } note)
        {
            reporter.Note(note);
        }
        if (settings.SeedIsDrawn)
        {
            reporter.Note(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed} (repeat with --seed {settings.Seed})"));
        }
        if (condition.Detail is { } detail)
        {
            reporter.Detail(detail);
        }
        report.GeneratedTokens = (long)missing.Count * info.TokenCount;
        report.PeakDeviceBytes = context.PeakDeviceBytes;
    }

    private void Make(PromptFolder pictures, SampleBatches batches, IReadOnlyList<int> missing, Action<WorkState> show, CancellationToken cancellation)
    {
        SampleProgress progress = new(show, many.Samples, many.Samples - missing.Count, batches.Noun);
        int most = many.Batch ?? batches.PreferredSize, at = 0;
        try
        {
            for (int size; at < missing.Count; at += size)
            {
                cancellation.ThrowIfCancellationRequested();
                // Neighbours that are missing together, also of several prompts.
                int first = missing[at];
                for (size = 1; size < most && at + size < missing.Count && missing[at + size] == first + size;)
                {
                    size++;
                }
                progress.Begin(size);
                IReadOnlyList<IReadOnlyList<RgbImage>> made = batches.Make(first, size, progress, cancellation);
                report.Time("write", () => Write(pictures, batches, first, made));
                progress.End();
            }
        }
        catch (OperationCanceledException e)
        {
            throw new CancelledWithWorkKeptException($"cancelled; {many.Samples - missing.Count + at} of {many.Samples} pictures are kept, and the same command goes on from there", e);
        }
    }

    private int Write(PromptFolder pictures, SampleBatches batches, int first, IReadOnlyList<IReadOnlyList<RgbImage>> made)
    {
        for (int i = 0; i < made.Count; i++)
        {
            int sample = first + i;
            pictures.Write(sample, made[i][0], TextOf(batches.Info.Name, sample / many.Copies, sample % many.Copies, batches.Settings));
        }
        return made.Count;
    }

    private IReadOnlyList<KeyValuePair<string, string>> TextOf(string model, int prompt, int? sample, string words)
        => PngText.Entries(model, label: null, many.Records[prompt].Prompt, settings.Prompts!.Negative, settings.Seed, sample, words);

    private IReadOnlyList<KeyValuePair<string, string>> JournalSettings(ModelFolder folder)
    {
        SampleSettings samples = new() { Samples = many.Samples, SeedIsGiven = many.SeedIsGiven, Folder = many.Folder };
        return
        [
            .. SampleJournalSettings.Of(folder, settings, samples, condition: null).Where(setting => !LeftOut.Contains(setting.Key)),
            new("--count", many.Copies.ToString(CultureInfo.InvariantCulture)),
            new("--negative", settings.Prompts!.Negative ?? "none"),
            new("--no-clean", settings.Prompts.Clean ? "no" : "yes"),
            new("--prompts-json", Fingerprint()),
            .. many.Shard is { } shard ? [new KeyValuePair<string, string>(SampleJournalSettings.ShardName, shard.ToString())] : Array.Empty<KeyValuePair<string, string>>(),
        ];
    }

    private static string WordsOf(IReadOnlyList<KeyValuePair<string, string>> own) => own.First(setting => setting.Key == SampleJournalSettings.SamplingName).Value;

    // Of the prompts and all that belongs to them, in their order.
    private string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PromptRecord record in many.Records)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(record.Metadata + "\n"));
        }
        return $"{many.Records.Count} prompts {Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
    }
}
