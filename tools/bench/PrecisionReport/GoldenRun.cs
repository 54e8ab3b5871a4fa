using System.Text.Json;
using NarVulkan;
using NarVulkan.Checkpoints;

namespace PrecisionReport;

/// <summary>One run of a golden generator case, as its <c>case.json</c> describes it.</summary>
/// <param name="Name">Such as <c>cfg2.5_interval</c>.</param>
/// <param name="Request">Greedy, with logits.</param>
/// <param name="Tokens">What the original implementation generated, raster order; null where it was not asked.</param>
internal sealed record GoldenRun(string Name, NarGenerationRequest Request, int[]? Tokens)
{
    private const string TextRun = "pipeline_t5_text_", NoLeftPadding = "_no_left_padding";

    /// <summary>All runs of a case; none where the folder is no generator's.</summary>
    public static IReadOnlyList<GoldenRun> ReadAll(string folder)
    {
        string description = Path.Combine(folder, "case.json");
        if (!File.Exists(description) || !File.Exists(Path.Combine(folder, ModelFolder.ManifestName)))
        {
            return [];
        }
        using var golden = JsonDocument.Parse(File.ReadAllText(description));
        if (!golden.RootElement.TryGetProperty("runs", out var runs) || !golden.RootElement.TryGetProperty("sampling", out var sampling))
        {
            return [];
        }
        return [.. runs.EnumerateObject().Select(run => Read(folder, golden.RootElement, sampling, run))];
    }

    /// <summary>Every class of a model folder once, with the folder's own guidance.</summary>
    public static GoldenRun OfEveryClass(NarContext context, string folder)
    {
        using var model = NarModel.Load(context, folder, new NarLoadOptions { Tokenizer = false });
        return new GoldenRun("every class", new NarGenerationRequest
        {
            Classes = [.. Enumerable.Range(0, model.Info.ClassCount)],
            Sampling = model.Info.Sampling with { Greedy = true },
            KeepLogits = true,
            DecodeFrames = false,
        }, null);
    }

    private static GoldenRun Read(string folder, JsonElement golden, JsonElement sampling, JsonProperty run)
    {
        var arguments = run.Value.GetProperty("kwargs");
        string raster = Path.Combine(folder, $"{run.Name}__tokens_raster.npy");
        var tokens = NpyFile.Read(File.Exists(raster) ? raster : Path.Combine(folder, $"{run.Name}__tokens.npy"));
        var request = new NarGenerationRequest
        {
            Classes = sampling.TryGetProperty("class_labels", out var labels) && labels.ValueKind == JsonValueKind.Array
                ? [.. labels.EnumerateArray().Select(label => label.GetInt32())]
                : [.. Enumerable.Repeat(-1, tokens.Shape[0])],
            ConditionTokens = Optional(folder, "in__cond_tokens.npy")?.ToInts(),
            Text = run.Name.StartsWith(TextRun, StringComparison.Ordinal) ? EncodedText(folder, golden) : Text(folder, run.Name),
            Sampling = new NarSampling
            {
                Greedy = true,
                GuidanceScale = arguments.GetProperty("cfg_scale").GetSingle(),
                GuidanceInterval = arguments.TryGetProperty("cfg_interval", out var interval) ? interval.GetInt32() : -1,
            },
            KeepLogits = true,
            DecodeFrames = false,
        };
        return new GoldenRun(run.Name, request, tokens.ToInts());
    }

    private static NarTextCondition? Text(string folder, string run) => Optional(folder, "in__caption_embs_right_padded.npy") is { } features
        ? new NarTextCondition
        {
            Features = features.ToFloats(),
            Mask = NpyFile.Read(Path.Combine(folder, "in__emb_mask_right_padded.npy")).ToInts(),
            LeftPad = !run.EndsWith(NoLeftPadding, StringComparison.Ordinal),
        }
        : null;

    /// <summary>Rows of what the golden text encoder made of real texts.</summary>
    private static NarTextCondition EncodedText(string folder, JsonElement golden)
    {
        string texts = Path.Combine(Path.GetDirectoryName(folder)!, "t5-text");
        var features = NpyFile.Read(Path.Combine(texts, "caption_embs.npy"));
        var mask = NpyFile.Read(Path.Combine(texts, "attention_mask.npy"));
        var rows = golden.GetProperty("pipeline_t5_text").GetProperty("rows_of_t5_text").EnumerateArray().Select(row => row.GetInt32()).ToList();
        return new NarTextCondition { Features = Rows(features.ToFloats(), features.Shape[0], rows), Mask = Rows(mask.ToInts(), mask.Shape[0], rows) };
    }

    private static T[] Rows<T>(T[] values, int count, List<int> rows)
    {
        int width = values.Length / count;
        return [.. rows.SelectMany(row => values[(row * width)..((row + 1) * width)])];
    }

    private static NpyArray? Optional(string folder, string file) => File.Exists(Path.Combine(folder, file)) ? NpyFile.Read(Path.Combine(folder, file)) : null;
}
