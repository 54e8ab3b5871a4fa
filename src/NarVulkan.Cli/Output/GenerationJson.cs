using System.Text.Json;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Output;

/// <summary>What was generated, as members of a JSON object.</summary>
internal static class GenerationJson
{
    public static void Write(Utf8JsonWriter json, NarDeviceInfo device, GenerateSettings settings, PlannedGeneration generation)
    {
        json.WriteDevice(device);
        json.WriteModel(generation.Info, settings.Model);
        json.WriteNumber("seed", settings.Seed);
        if (generation.Condition is { } condition)
        {
            json.WriteNumber("conditions", condition.Rows);
        }
        else
        {
            WriteClasses(json, generation);
        }
        json.WriteNumber("count", generation.Samples.Copies);
        json.WriteNumber("samples", generation.Samples.Count);
        json.WriteNumber("steps", generation.Info.Steps);
        json.WriteSampling(generation.Sampling);
        if (generation.Kept is { } kept)
        {
            json.WriteStartObject("kept");
            json.WriteNumber("steps", kept.Steps);
            json.WriteNumber("tokensPerSample", kept.PerSample);
            json.WriteEndObject();
        }
    }

    private static void WriteClasses(Utf8JsonWriter json, PlannedGeneration generation)
    {
        json.WriteStartArray("classes");
        foreach (int id in generation.Samples.Items)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("name", ClassList.NameOf(id, generation.Info.ClassNames));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
