using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Options;

/// <summary>A JSON file that is a list of strings.</summary>
internal static class PromptsJson
{
    private const int LongestFile = 64 << 20;

    /// <exception cref="InvalidRequestException">The file is missing or no list of strings, or the list is empty.</exception>
    public static IReadOnlyList<string> Read(CliConsole console, string file)
    {
        try
        {
            using JsonDocument document = JsonFile.Read(console.Resolve(file), LongestFile);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            {
                throw new InvalidRequestException($"--prompts-json: {file}: must be a list of strings");
            }
            return root.GetArrayLength() > 0
                ? [.. root.EnumerateArray().Select(item => item.GetString()!)]
                : throw new InvalidRequestException($"--prompts-json: {file}: has no prompt");
        }
        catch (ModelFileException e)
        {
            // A prompt is no part of a model: it is the request that is wrong.
            throw new InvalidRequestException("--prompts-json: " + e.Message, e);
        }
    }
}
