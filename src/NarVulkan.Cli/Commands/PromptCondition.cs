using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>
/// The conditions of text-to-image models, from prompts: encoded before the generator is loaded, so that the encoder's memory is free again by then.
/// </summary>
internal sealed class PromptCondition(PromptSettings settings) : IConditionRows
{
    private const int LongestLabel = 40;

    private NarTextEncoderInfo? encoder;
    private NarTextCondition? text, negative;
    private double seconds;

    public int Rows => settings.Prompts.Count;

    public int Width => Text.Features.Length / Rows;

    /// <summary>The prompts, as typed.</summary>
    public IReadOnlyList<string> Prompts => settings.Prompts;

    public string? Negative => settings.Negative;

    public string? Manner => settings.Clean ? null : "no-clean";

    public string Fingerprint
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string part in settings.Prompts.Append(settings.Negative is null ? "none" : "negative " + settings.Negative))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
            return $"{Rows} {(settings.Clean ? "" : "not cleaned ")}{Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
        }
    }

    public string? Detail => encoder is not { } info ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"text encoder: {info.ParameterCount:N0} parameters, {ModelJson.PrecisionName(info.Precision)}; {settings.Prompts.Distinct().Count()} prompt(s) encoded in {seconds:0.00} s, then its {info.WeightBytes / (double)(1 << 20):N0} MiB of device memory were given back");

    private NarTextCondition Text => text ?? throw new InvalidOperationException("the prompts are not encoded yet");

    public string? PromptOf(int row) => settings.Prompts[row];

    /// <summary>The prompt's first words, as the name of a file has them.</summary>
    public string LabelOf(int row)
    {
        StringBuilder label = new();
        foreach (char c in settings.Prompts[row])
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                label.Append(char.ToLowerInvariant(c));
            }
            else if (label.Length > 0 && label[^1] != '-')
            {
                label.Append('-');
            }
        }
        string words = label.ToString().TrimEnd('-');
        if (words.Length > LongestLabel)
        {
            int end = words.LastIndexOf('-', LongestLabel);
            words = words[..(end > 0 ? end : LongestLabel)];
        }
        // Other prompts have the same words left: the name tells them apart.
        return settings.Prompts[row].All(char.IsAscii) && words.Length == label.ToString().TrimEnd('-').Length
            ? words.Length > 0 ? words : "prompt"
            : $"{(words.Length > 0 ? words : "prompt")}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.Prompts[row])))[..6]}";
    }

    public void Prepare(IEngineContext context, GenerateSettings generation, RunReport report, Action<WorkState> show, CancellationToken cancellation)
    {
        show(new WorkState("loading the text encoder", 0, ""));
        using IEngineTextEncoder loaded = report.Time("load text encoder", () => context.LoadText(generation.Model.Directory, new NarLoadOptions
        {
            Precision = generation.Precision,
            VerifyChecksums = generation.Model.Verify,
            Progress = progress => show(ModelLoad.Describe(progress, "loading the text encoder")),
        }));
        encoder = loaded.Info;
        show(new WorkState("encoding text", null, settings.Prompts.Count == 1 ? "1 prompt" : $"{settings.Prompts.Count} prompts"));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        text = report.Time("encode text", () => loaded.Encode(settings.Prompts, settings.Clean, cancellation));
        if (settings.Negative is { } guidedAwayFrom)
        {
            negative = report.Time("encode text", () => loaded.Encode([guidedAwayFrom], settings.Clean, cancellation));
        }
        seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Check(NarModelInfo info)
    {
        if (encoder is { } from && (from.Tokens != info.ConditionTokens || from.FeatureWidth != info.TextFeatureWidth))
        {
            throw new ModelFileException(
                info.Name,
                $"its text encoder makes {from.Tokens} rows of {from.FeatureWidth}, but its generator takes {info.ConditionTokens} of {info.TextFeatureWidth}; name another encoder, or correct \"tokens\", under \"text\" in narvk.json");
        }
    }

    public NarGenerationRequest AddTo(NarGenerationRequest request, IReadOnlyList<int> rows) => request with
    {
        Text = Text with { Features = RowValues.Pick(Text.Features, Rows, rows), Mask = RowValues.Pick(Text.Mask!, Rows, rows) },
        NegativeText = negative,
    };
}
