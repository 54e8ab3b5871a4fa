using System.Text.Json.Nodes;

namespace NarVulkan.Tests.Cli;

/// <summary>Writes model folders whose weights are placeholders, for commands that meet <see cref="FakeEngine"/>.</summary>
internal static class ModelFolders
{
    public static string Write(string directory, string name, string architecture, bool tokenizer, bool generator, string[]? classes)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "weights.bin"), "placeholder");
        JsonObject manifest = new() { ["format"] = 1, ["name"] = name };
        if (generator)
        {
            JsonNode grid = IsImage(architecture) ? new JsonArray(2, 4) : new JsonArray(2, 2, 2);
            manifest["generator"] = new JsonObject
            {
                ["architecture"] = architecture,
                ["weights"] = "weights.bin",
                ["heads"] = 1,
                ["grid"] = grid,
            };
        }
        if (tokenizer)
        {
            manifest["tokenizer"] = new JsonObject { ["kind"] = IsImage(architecture) ? "vq" : "larp", ["weights"] = "weights.bin" };
        }
        if (classes is not null)
        {
            File.WriteAllLines(Path.Combine(directory, "classes.txt"), classes);
            manifest["classes"] = "classes.txt";
        }
        File.WriteAllText(Path.Combine(directory, "narvk.json"), manifest.ToJsonString());
        return directory;
    }

    private static bool IsImage(string architecture) => architecture.EndsWith("2i", StringComparison.Ordinal);
}
