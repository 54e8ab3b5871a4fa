using System.Globalization;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>One generation from the model folder to the files. What can be refused is refused as early as it can be known.</summary>
internal sealed class GenerateRun(CliConsole console, IEngine engine, GenerateSettings settings)
{
    private readonly RunReport report = new() { Command = "generate" };
    private readonly Reporter reporter = new(console, settings.Verbosity);

    public void Execute(CancellationToken cancellation)
    {
        if (settings.Model.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        OutputChecks.RequireDistinct(
            console,
            ("--dump-tokens", settings.Dumps.Tokens),
            ("--dump-logits", settings.Dumps.Logits),
            ("--dump-frames", settings.Dumps.Frames),
            ("--npz", settings.Npz),
            ("--out", settings.Pictures.Out));
        ModelFolder folder = ModelFolder.Open(settings.Model.Directory);
        GenerationChecks.BeforeLoading(folder, settings);
        // A folder without a tokenizer makes no pictures: then how they would be written does not matter.
        ClipWriter? writer = folder.Tokenizer is null ? null : new ClipWriter(console, settings.Pictures);
        ConditionRows? condition = settings.ConditionTokens is { } path ? ConditionRows.Read(console.Resolve(path), path) : null;

        using IEngineContext context = report.Time("device", () => engine.Open(settings.Context));
        reporter.Detail($"device {context.Device.Index}: {context.Device.Name}, {context.Device.Driver}");
        NarModelInfo info = null!;
        SamplePlan samples = null!;
        NarSampling sampling = null!;
        NarGenerationResult result = reporter.Progress.Show(show =>
        {
            using IEngineModel model = ModelLoad.Run(
                context, settings.Model, new NarLoadOptions { Precision = settings.Precision, Tokenizer = writer is not null }, report, show);
            info = model.Info;
            samples = GenerationChecks.PlanSamples(info, settings, condition);
            sampling = settings.Sampling(info.Sampling);
            return model.Generate(Request(samples, condition, sampling, writer), new GenerationProgress(show), cancellation);
        });
        Describe(info, samples, sampling);
        AddTimes(result.Timings);
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        report.GeneratedTokens = result.Tokens.Length;
        report.AddFiles(report.Time("write", () => Write(result, info, samples, sampling, writer, cancellation)));
        reporter.Finish(report, json => WriteJson(json, context.Device, info, samples, sampling));
    }

    private NarGenerationRequest Request(SamplePlan samples, ConditionRows? condition, NarSampling sampling, ClipWriter? writer) => new()
    {
        Classes = samples.Classes,
        Streams = samples.Streams,
        ConditionTokens = condition is null ? null : samples.RepeatRows(condition.Tokens),
        Seed = settings.Seed,
        Sampling = sampling,
        KeepLogits = settings.Dumps.Logits is not null,
        DecodeFrames = writer is not null,
    };

    private void Describe(NarModelInfo info, SamplePlan samples, NarSampling sampling)
    {
        if (info.Note is { } note)
        {
            reporter.Note(note);
        }
        // Not before the request was accepted: an error stays one line.
        if (settings.SeedIsDrawn)
        {
            reporter.Note(string.Create(CultureInfo.InvariantCulture, $"seed {settings.Seed} (repeat with --seed {settings.Seed})"));
        }
        if (settings.Classes is null && samples.Items[0] != ClassList.Unconditional)
        {
            reporter.Note($"class {samples.Items[0]} ({ClassList.NameOf(samples.Items[0], info.ClassNames)}), drawn from the seed");
        }
        reporter.Detail(string.Create(CultureInfo.InvariantCulture,
            $"{info.Name}: {info.Architecture}, {info.ParameterCount:N0} parameters, {ModelJson.PrecisionName(info.Precision)}, {info.Steps} steps, {samples.Count} samples; {SamplingText.Words(sampling)}"));
    }

    private void AddTimes(NarTimings timings)
    {
        if (timings.RecordSeconds > 0)
        {
            report.AddPhase("record", timings.RecordSeconds);
        }
        report.AddPhase("prefill", timings.PrefillSeconds);
        report.AddPhase("steps", timings.StepsSeconds);
        if (timings.DecodeSeconds > 0)
        {
            report.AddPhase("decode", timings.DecodeSeconds);
        }
    }

    private IReadOnlyList<string> Write(
        NarGenerationResult result, NarModelInfo info, SamplePlan samples, NarSampling sampling, ClipWriter? writer, CancellationToken cancellation)
    {
        List<string> written = [];
        if (settings.Dumps.Tokens is { } tokens)
        {
            NpyFile.Write(console.Resolve(tokens), [samples.Count, info.TokenCount], result.Tokens);
            written.Add(tokens);
        }
        if (settings.Dumps.Logits is { } logits)
        {
            NpyFile.Write(console.Resolve(logits), [samples.Count, info.TokenCount, info.Vocabulary], result.Logits);
            written.Add(logits);
        }
        if (writer is null || result.Frames is null)
        {
            return written;
        }
        float[] video = result.Frames;
        if (settings.Dumps.Frames is { } frames)
        {
            NpyFile.Write(console.Resolve(frames), [samples.Count, 3, info.Frames, info.Height, info.Width], video);
            written.Add(frames);
        }
        if (settings.Npz is { } npz)
        {
            SampleArray.Write(console.Resolve(npz), info, video, samples.Count, cancellation);
            written.Add(npz);
        }
        written.AddRange(writer.Write(Batch(video, info, samples, sampling), cancellation));
        return written;
    }

    private ClipBatch Batch(float[] video, NarModelInfo info, SamplePlan samples, NarSampling sampling) => new()
    {
        Model = info.Name,
        Labels = Enumerable.Range(0, samples.Count).Select(sample => Label(info, samples, sample)).ToList(),
        Seed = settings.Seed,
        Settings = SamplingText.Words(sampling),
        Video = video,
        Frames = info.Frames,
        Height = info.Height,
        Width = info.Width,
    };

    private static string Label(NarModelInfo info, SamplePlan samples, int sample)
    {
        int item = samples.ItemOf(sample);
        return info.ClassCount == 0
            ? string.Create(CultureInfo.InvariantCulture, $"clip{item}")
            : ClassList.NameOf(samples.Items[item], info.ClassNames);
    }

    private void WriteJson(Utf8JsonWriter json, NarDeviceInfo device, NarModelInfo info, SamplePlan samples, NarSampling sampling)
    {
        json.WriteDevice(device);
        json.WriteModel(info, settings.Model);
        json.WriteNumber("seed", settings.Seed);
        json.WriteStartArray("classes");
        foreach (int id in samples.Items)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("name", ClassList.NameOf(id, info.ClassNames));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("count", samples.Copies);
        json.WriteNumber("samples", samples.Count);
        json.WriteNumber("steps", info.Steps);
        json.WriteSampling(sampling);
    }
}
