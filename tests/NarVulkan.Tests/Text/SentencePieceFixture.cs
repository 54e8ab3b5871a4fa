using System.Text;
using System.Text.Json;

namespace NarVulkan.Tests.Text;

/// <summary>Reads the goldens of SentencePiece.</summary>
internal static class SentencePieceFixture
{
    public static string Model(string name) => TestPaths.Fixture($"golden/{name}.model");

    public static List<JsonElement> Rows(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TestPaths.Fixture($"golden/{file}.json")));
        return [.. document.RootElement.EnumerateArray().Select(row => row.Clone())];
    }

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static int[] Ids(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    public static string[] Texts(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Text in which every character outside ASCII is an escape, for messages.</summary>
    public static string Escaped(string text) => JsonSerializer.Serialize(text);

    public static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
