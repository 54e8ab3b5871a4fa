using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Tests.Reference;

/// <summary>One setting of the original sampler with its logits and the probabilities it drew from.</summary>
/// <param name="Logits">[rows][vocabulary]</param>
/// <param name="Probabilities">[rows][vocabulary]; exactly 0 where an entry was dropped.</param>
internal sealed record SamplerGolden(string Name, SamplingParameters Parameters, float[][] Logits, float[][] Probabilities)
{
    private static readonly string Folder = TestPaths.Fixture("golden/sampler");

    /// <summary>The combinations of temperature, top-k and top-p, then the runs with tied logits.</summary>
    public static IReadOnlyList<SamplerGolden> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json")));
        var goldens = new List<SamplerGolden>();
        foreach (var combo in document.RootElement.GetProperty("combos").EnumerateArray())
        {
            goldens.Add(Create(combo, combo.GetProperty("input").GetString()!, combo));
        }

        var ties = document.RootElement.GetProperty("ties");
        foreach (var run in ties.GetProperty("runs").EnumerateArray())
        {
            goldens.Add(Create(run, ties.GetProperty("logits").GetString()!, ties));
        }

        return goldens;
    }

    private static SamplerGolden Create(JsonElement run, string logits, JsonElement settings)
    {
        var parameters = new SamplingParameters(
            guidanceScale: 1f,
            settings.GetProperty("temperature").GetSingle(),
            settings.GetProperty("top_p").GetSingle(),
            run.GetProperty("top_k").GetInt32(),
            greedy: false,
            seed: 0);
        var probabilities = run.GetProperty("probs").GetString()!;
        return new SamplerGolden(probabilities, parameters, ReadRows(logits), ReadRows(probabilities));
    }

    private static float[][] ReadRows(string file)
    {
        var array = NpyFile.Read(Path.Combine(Folder, file));
        return [.. array.ToFloats().Chunk(array.Shape[1])];
    }
}
