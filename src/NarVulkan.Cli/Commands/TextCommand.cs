using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using NarVulkan.Text;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk text</c>: a model's text encoder by itself. Without features it needs no device.</summary>
internal sealed class TextCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextEncodingOptions options = new();

    public string Name => "text";

    public string Description => "turn texts into tokens and features, as text-to-image models read them";

    public IReadOnlyList<OptionGroup> Groups => options.Groups;

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting => options.Reporting;

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("text --model DIR --prompt \"a red fox in the snow\"", "prints the token ids"),
        ("text --model DIR --prompts-json p.json --dump-features f.npy --dump-mask m.npy", "what --condition and --condition-mask take"),
        ("text --model DIR --prompt-file p.txt --max-tokens 0 --dump-ids ids.json --dump-cleaned c.json", "all tokens of each line, uncut, and the cleaned lines; needs no device"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        IReadOnlyList<string> prompts = options.ReadPrompts(arguments, console);
        (string? cleaned, string? ids, string? features, string? mask) = (
            arguments.GetValue(options.DumpCleaned), arguments.GetValue(options.DumpIds), arguments.GetValue(options.DumpFeatures), arguments.GetValue(options.DumpMask));
        OutputChecks.RequireDistinct(console, ("--dump-cleaned", cleaned), ("--dump-ids", ids), ("--dump-features", features), ("--dump-mask", mask));
        LocatedModel located = options.Model.Locate(arguments, console, forPrompts: true);
        Reporter reporter = new(console, verbosity);
        if (located.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        ModelFolder folder = located.Open();
        TextDescription description = folder.Text
            ?? throw new ModelFileException(located.Directory, "has no text encoder; name one under \"text\" in narvk.json, as weights/README.md says");

        RunReport report = new() { Command = Name };
        if (located.Verify)
        {
            // The others are compared if features are asked for, before they are loaded.
            ModelChecksums.Verify(located.Directory, [description.TokenizerPath], (_, _) => { });
        }
        TextTokenizer tokenizer = TextTokenizer.Open(description.TokenizerPath);
        bool clean = !arguments.GetValue(options.NoClean);
        string[] texts = [.. prompts.Select(prompt => NarTextEncoder.Prepare(prompt, clean))];
        int most = arguments.GetValue(options.MaxTokens) ?? description.Tokens;
        int[][] tokens = [.. texts.Select(text => most == 0 ? tokenizer.Encode(text) : tokenizer.Encode(text, most))];
        int length = most == 0 ? tokens.Max(text => text.Length) : most;
        NarTextEncoderInfo? encoder = null;
        NarDeviceInfo? device = null;
        if (features is not null)
        {
            using IEngineContext context = report.Time("device", () => engine.Open(options.Engine.ReadContext(arguments, console)));
            device = context.Device;
            float[] values = reporter.Progress.Show(show => Encode(context, show));
            report.PeakDeviceBytes = context.PeakDeviceBytes;
            NpyFile.Write(console.Resolve(features), [tokens.Length, length, encoder!.FeatureWidth], values);
            report.AddFile(features);
        }
        if (mask is not null)
        {
            NpyFile.Write(console.Resolve(mask), [tokens.Length, length], PaddedMask(tokens, length));
            report.AddFile(mask);
        }
        WriteJson(cleaned, report, json => WriteStrings(json, texts));
        WriteJson(ids, report, json => WriteLists(json, tokens));
        if (report.Files.Count == 0 && verbosity.PrintsText)
        {
            foreach (int[] text in tokens)
            {
                console.Output.WriteLine(string.Join(' ', text.Select(id => id.ToString(CultureInfo.InvariantCulture))));
            }
        }
        reporter.Finish(report, json =>
        {
            if (device is not null)
            {
                json.WriteDevice(device);
            }
            json.WriteString("model", folder.Name);
            json.WriteNumber("texts", tokens.Length);
            json.WriteNumber("length", length);
            if (encoder is { } info)
            {
                json.WriteNumber("featureWidth", info.FeatureWidth);
                json.WriteString("precision", ModelJson.PrecisionName(info.Precision));
            }
            json.WriteRows("ids", tokens);
        });
        return ExitCodes.Done;

        float[] Encode(IEngineContext context, Action<WorkState> show)
        {
            show(new WorkState("loading", 0, ""));
            using IEngineTextEncoder loaded = report.Time("load", () => context.LoadText(located.Directory, new NarLoadOptions
            {
                Precision = options.Engine.ReadPrecision(arguments),
                VerifyChecksums = located.Verify,
                Progress = progress => show(ModelLoad.Describe(progress)),
            }));
            encoder = loaded.Info;
            show(new WorkState("encoding", null, tokens.Length == 1 ? "1 text" : $"{tokens.Length} texts"));
            return report.Time("encode", () => loaded.Encode(Padded(tokens, length, tokenizer.PadId), PaddedMask(tokens, length), length, cancellation));
        }
    }

    private static int[] Padded(int[][] tokens, int length, int padding)
    {
        int[] all = new int[checked(tokens.Length * length)];
        Array.Fill(all, padding);
        for (int text = 0; text < tokens.Length; text++)
        {
            tokens[text].CopyTo(all, text * length);
        }
        return all;
    }

    private static int[] PaddedMask(int[][] tokens, int length)
    {
        int[] mask = new int[checked(tokens.Length * length)];
        for (int text = 0; text < tokens.Length; text++)
        {
            mask.AsSpan(text * length, tokens[text].Length).Fill(1);
        }
        return mask;
    }

    private void WriteJson(string? file, RunReport report, Action<Utf8JsonWriter> write)
    {
        if (file is null)
        {
            return;
        }
        AtomicFile.Write(console.Resolve(file), stream =>
        {
            using Utf8JsonWriter json = new(stream, Indented);
            write(json);
        });
        report.AddFile(file);
    }

    private static void WriteStrings(Utf8JsonWriter json, string[] texts)
    {
        json.WriteStartArray();
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }

    private static void WriteLists(Utf8JsonWriter json, int[][] lists)
    {
        json.WriteStartArray();
        foreach (int[] list in lists)
        {
            json.WriteStartArray();
            foreach (int value in list)
            {
                json.WriteNumberValue(value);
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
