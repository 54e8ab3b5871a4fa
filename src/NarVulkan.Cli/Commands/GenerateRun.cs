using System.Globalization;
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
        ModelFolder folder = settings.Model.Open();
        GenerationChecks.BeforeLoading(folder, settings);
        // A folder without a tokenizer makes no pictures: then how they would be written does not matter.
        PictureWriter? writer = folder.Tokenizer is { } tokenizer ? new PictureWriter(console, settings.Pictures, tokenizer.MediaOf()) : null;
        IConditionRows? condition = GenerationChecks.ReadCondition(console, settings);
        KeptInput? keep = settings.Keep is { } continued ? KeptInput.Read(console, continued, folder) : null;

        using IEngineContext context = report.Time("device", () => engine.Open(settings.Context));
        reporter.Detail($"device {context.Device.Index}: {context.Device.Name}, {context.Device.Driver}");
        PlannedGeneration generation = null!;
        NarGenerationResult result = reporter.Progress.Show(show =>
        {
            condition?.Prepare(context, settings, report, show, cancellation);
            using IEngineModel model = ModelLoad.Run(
                context, settings.Model, new NarLoadOptions { Precision = settings.Precision, Tokenizer = writer is not null }, report, show);
            NarModelInfo info = model.Info;
            SamplePlan samples = GenerationChecks.PlanSamples(info, settings, condition);
            KeptTokens? kept = keep?.ForSamples(model, samples.Count, encode => report.Time("encode", encode), cancellation);
            generation = new PlannedGeneration(info, samples, condition, settings.Sampling(info.Sampling), kept);
            return model.Generate(Request(settings, generation, writer is not null), new GenerationProgress(show), cancellation);
        });
        Describe(reporter, settings, generation);
        AddTimes(result.Timings);
        report.PeakDeviceBytes = context.PeakDeviceBytes;
        report.GeneratedTokens = result.Tokens.Length - (long)generation.Samples.Count * (generation.Kept?.PerSample ?? 0);
        report.Kept = generation.Kept?.ToString();
        report.AddFiles(report.Time("write", () => Write(console, settings, result, generation, writer, cancellation)));
        reporter.Finish(report, json => GenerationJson.Write(json, context.Device, settings, generation));
    }

    /// <summary>What the library is asked for.</summary>
    public static NarGenerationRequest Request(GenerateSettings settings, PlannedGeneration generation, bool decode)
    {
        NarGenerationRequest request = new()
        {
            Classes = generation.Samples.Classes,
            Streams = generation.Samples.Streams,
            KeptTokens = generation.Kept?.Tokens,
            KeptSteps = generation.Kept?.Steps ?? 0,
            Seed = settings.Seed,
            Sampling = generation.Sampling,
            KeepLogits = settings.Dumps.Logits is not null,
            DecodeFrames = decode,
        };
        return generation.Condition?.AddTo(request, generation.Samples.ItemOfEach) ?? request;
    }

    /// <summary>Tells the user what was chosen for them, and with <c>--verbose</c> what was done.</summary>
    public static void Describe(Reporter reporter, GenerateSettings settings, PlannedGeneration generation)
    {
        (NarModelInfo info, SamplePlan samples) = (generation.Info, generation.Samples);
        if (generation.Condition?.Detail is { } detail)
        {
            reporter.Detail(detail);
        }
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
        string order = info.Schedule is { } schedule ? $" ({schedule})" : "";
        reporter.Detail(string.Create(CultureInfo.InvariantCulture,
            $"{info.Name}: {info.Architecture}, {info.ParameterCount:N0} parameters, {ModelJson.PrecisionName(info.Precision)}, {info.Steps} steps{order}, {samples.Count} samples; {generation.Words}"));
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

    /// <summary>Writes what was asked for; the paths of all files.</summary>
    public static IReadOnlyList<string> Write(
        CliConsole console, GenerateSettings settings, NarGenerationResult result, PlannedGeneration generation, PictureWriter? writer, CancellationToken cancellation)
    {
        (NarModelInfo info, int samples) = (generation.Info, generation.Samples.Count);
        List<string> written = [];
        if (settings.Dumps.Tokens is { } tokens)
        {
            NpyFile.Write(console.Resolve(tokens), [samples, info.TokenCount], result.Tokens);
            written.Add(tokens);
        }
        if (settings.Dumps.Logits is { } logits)
        {
            NpyFile.Write(console.Resolve(logits), [samples, info.TokenCount, info.Vocabulary], result.Logits);
            written.Add(logits);
        }
        if (writer is null || result.Frames is not { } pixels)
        {
            return written;
        }
        if (settings.Dumps.Frames is { } frames)
        {
            NpyFile.Write(console.Resolve(frames), [samples, .. info.Media.ShapeOf(info.Frames, info.Height, info.Width)], pixels);
            written.Add(frames);
        }
        if (settings.Npz is { } npz)
        {
            SampleArray.Write(console.Resolve(npz), info, pixels, samples, cancellation);
            written.Add(npz);
        }
        written.AddRange(writer.Write(generation.Pictures(settings.Seed, pixels), cancellation));
        return written;
    }
}
