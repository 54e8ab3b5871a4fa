using System.Text.Json.Nodes;
using NarVulkan.Text;

namespace NarVulkan.Tests.Text;

/// <summary>Writes a model as the <c>tokenizer.json</c> that T5 is published with.</summary>
internal static class TokenizerJsonWriter
{
    /// <param name="model">Pieces, T5's extra ids among them.</param>
    /// <param name="modelPath">The file that it was read from, for its map of characters.</param>
    public static string Write(SentencePieceModel model, string modelPath) => Make(model, CharacterMapOf(modelPath)).ToJsonString();

    public static JsonObject Make(SentencePieceModel model, byte[] characterMap)
    {
        JsonArray vocabulary = [.. model.Pieces.Select(piece => new JsonArray(piece.Text, (double)piece.Score))];
        JsonArray added = [.. model.Pieces.Select((piece, id) => (piece, id)).Where(entry => entry.piece.Kind is PieceKind.Control or PieceKind.Unknown or PieceKind.Unused).Select(entry => new JsonObject
        {
            ["id"] = entry.id,
            ["content"] = entry.piece.Text,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        })];
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(characterMap) },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject { ["type"] = "WhitespaceSplit" },
                    new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["add_prefix_space"] = true }),
            },
            ["post_processor"] = new JsonObject { ["type"] = "TemplateProcessing" },
            ["decoder"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["add_prefix_space"] = true },
            ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = model.UnknownId, ["byte_fallback"] = model.ByteFallback, ["vocab"] = vocabulary },
        };
    }

    /// <summary>The bytes of the map in a <c>spiece.model</c>: field 2 of its field 3.</summary>
    public static byte[] CharacterMapOf(string modelPath)
    {
        for (WireReader model = new(File.ReadAllBytes(modelPath)); model.Next();)
        {
            for (WireReader normalizer = new(model.Field == 3 ? model.Bytes() : []); normalizer.Next();)
            {
                if (normalizer.Field == 2)
                {
                    return normalizer.Bytes().ToArray();
                }
            }
        }
        return [];
    }
}
