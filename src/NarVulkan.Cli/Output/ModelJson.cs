using System.Text.Json;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Output;

/// <summary>Models and sampling settings as members of a JSON object.</summary>
internal static class ModelJson
{
    public static void WriteModel(this Utf8JsonWriter json, NarModelInfo info, LocatedModel located)
    {
        json.WriteStartObject("model");
        json.WriteString("name", info.Name);
        json.WriteString("directory", located.Directory);
        json.WriteString("architecture", info.Architecture);
        json.WriteString("media", info.Media.ToString().ToLowerInvariant());
        if (info.Schedule is { } schedule)
        {
            json.WriteString("schedule", schedule);
        }
        // Where nothing was counted, 0 would be a lie.
        if (info.ParameterCount > 0)
        {
            json.WriteNumber("parameters", info.ParameterCount);
        }
        if (info.WeightBytes > 0)
        {
            json.WriteNumber("weightBytes", info.WeightBytes);
        }
        json.WriteString("precision", PrecisionName(info.Precision));
        json.WriteNumbers("grid", info.Grid.Select(size => (long)size));
        if (located.StandsInFor is { } known)
        {
            json.WriteString("standsInFor", known.Name);
            json.WriteString("notice", located.Notice);
        }
        if (info.Note is { } note)
        {
            json.WriteString("note", note);
        }
        json.WriteEndObject();
    }

    /// <summary>The word that <c>--precision</c> takes.</summary>
    public static string PrecisionName(NarPrecision precision) => precision switch
    {
        NarPrecision.Float16 => "fp16",
        NarPrecision.BFloat16 => "bf16",
        NarPrecision.Float32 => "fp32",
        NarPrecision.Q8 => "q8",
        _ => "auto",
    };

    public static void WriteSampling(this Utf8JsonWriter json, NarSampling sampling)
    {
        json.WriteStartObject("sampling");
        json.WriteNumber("cfg", sampling.GuidanceScale);
        json.WriteNumber("cfgInterval", sampling.GuidanceInterval);
        json.WriteNumber("temperature", sampling.Temperature);
        json.WriteNumber("topK", sampling.TopK);
        json.WriteNumber("topP", sampling.TopP);
        json.WriteBoolean("greedy", sampling.Greedy);
        json.WriteEndObject();
    }
}
