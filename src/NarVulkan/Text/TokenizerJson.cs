using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Text;

/// <summary>
/// Reads <c>tokenizer.json</c>, as the tokenizers library writes it for T5: a Unigram model, the map of characters of SentencePiece as normaliser, Metaspace before the
/// model. What it says of white space is what SentencePiece does, and is done as SentencePiece does it; anything else is refused.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Those of T5 have 2.4 MB.</summary>
    private const int LongestFile = 64 << 20;

    // Four of each piece: a million pieces, four times those of the largest T5.
    private const int MostParts = 1 << 22;
    private const string Unsupported = "is not supported; name the spiece.model of the text encoder instead";

    /// <exception cref="ModelFileException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static TokenizerFile Read(string path)
    {
        using JsonDocument document = JsonFile.Read(path, LongestFile, MostParts);
        JsonFields root = new(path, document.RootElement);
        JsonFields model = root.Object("model") ?? throw root.Wrong("model", "is missing; is this a tokenizer.json?");
        string? type = model.String("type");
        if (type is not (null or "Unigram"))
        {
            throw model.Wrong("type", $"is '{type}', but only Unigram, which T5 uses, is supported; name another file");
        }
        NormalizerSettings settings = NormalizerSettings.Usual;
        ReadNormalizer(root.Object("normalizer"), ref settings);
        ReadPreTokenizer(root.Object("pre_tokenizer"), ref settings);
        bool byteFallback = model.Element.TryGetProperty("byte_fallback", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;

        List<Piece> pieces = ReadVocabulary(model, byteFallback);
        int unknown = model.RequireInteger("unk_id", 0, Math.Max(pieces.Count - 1, 0));
        if (pieces.Count == 0)
        {
            throw model.Wrong("vocab", "is empty; download the file again");
        }
        Dictionary<string, int> special = ReadAdded(root, pieces);
        pieces[unknown] = pieces[unknown] with { Kind = PieceKind.Unknown };
        return new TokenizerFile(path, new SentencePieceModel(path, pieces, settings, byteFallback, " \u2047 "), special);
    }

    private static List<Piece> ReadVocabulary(JsonFields model, bool byteFallback)
    {
        if (!model.Element.TryGetProperty("vocab", out JsonElement vocabulary) || vocabulary.ValueKind != JsonValueKind.Array
            || vocabulary.GetArrayLength() > SentencePieceModel.MostPieces)
        {
            throw model.Wrong("vocab", "must be a list of pieces with their scores");
        }
        List<Piece> pieces = new(vocabulary.GetArrayLength());
        foreach (JsonElement entry in vocabulary.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number || !entry[1].TryGetSingle(out float score) || !float.IsFinite(score))
            {
                throw model.Wrong($"vocab[{pieces.Count}]", "must be a piece and its score, a finite number");
            }
            string text = Checked(model, $"vocab[{pieces.Count}]", entry[0].GetString()!, SentencePieceModel.LongestPiece);
            bool isByte = byteFallback && SentencePieceModel.ByteOf(text) is not null;
            pieces.Add(new Piece(text, score, isByte ? PieceKind.Byte : PieceKind.Normal));
        }
        return pieces;
    }

    // Added tokens are recognised in a text. They are entries of the vocabulary, or follow it without a gap.
    private static Dictionary<string, int> ReadAdded(JsonFields root, List<Piece> pieces)
    {
        Dictionary<string, int> special = new(StringComparer.Ordinal);
        foreach (JsonFields token in root.Objects("added_tokens").OrderBy(token => token.RequireInteger("id", 0, SentencePieceModel.MostPieces)))
        {
            int id = token.RequireInteger("id", 0, pieces.Count);
            string name = Checked(token, "content", token.RequireString("content"), SpecialTokens.LongestName);
            bool control = name is TokenizerFile.EndName or TokenizerFile.PadName;
            Piece piece = new(name, 0, control ? PieceKind.Control : PieceKind.Unused);
            if (id == pieces.Count)
            {
                pieces.Add(piece);
            }
            else if (pieces[id].Text != name)
            {
                throw token.Wrong("content", $"is '{name}', but the vocabulary has '{pieces[id].Text}' at {id}; download the file again");
            }
            pieces[id] = piece with { Score = pieces[id].Score };
            if (!special.TryAdd(name, id))
            {
                throw token.Wrong("content", $"'{name}' occurs twice; download the file again");
            }
        }
        return special;
    }

    private static string Checked(JsonFields fields, string name, string text, int longest)
        => text.Length == 0 || text.Contains('\0') || System.Text.Encoding.UTF8.GetByteCount(text) > longest
            ? throw fields.Wrong(name, $"must be a text of 1 to {longest} bytes without zeros")
            : text;

    private static void ReadNormalizer(JsonFields? normalizer, ref NormalizerSettings settings)
    {
        switch (normalizer?.String("type"))
        {
            case null when normalizer is null:
            case "Strip":
                break;
            case "Replace" when IsAboutSpaces(normalizer):
            case "Prepend" when normalizer.String("prepend") == "\u2581":
                break;
            case "Precompiled":
                settings = settings with { Characters = ReadCharacters(normalizer) };
                break;
            case "Sequence":
                foreach (JsonFields step in normalizer.Objects("normalizers"))
                {
                    ReadNormalizer(step, ref settings);
                }
                break;
            case var type:
                throw normalizer.Wrong("type", $"'{type}' {Unsupported}");
        }
    }

    // Several spaces to one, or one to U+2581: SentencePiece does both anyway.
    private static bool IsAboutSpaces(JsonFields replace)
    {
        JsonFields? pattern = replace.Object("pattern");
        return replace.String("content") is " " or "\u2581" && (pattern?.String("Regex") is " {2,}" || pattern?.String("String") is " " or "  ");
    }

    private static CharacterMap? ReadCharacters(JsonFields normalizer)
    {
        const string Name = "precompiled_charsmap";
        if (normalizer.String(Name) is null)
        {
            return null;
        }
        if (!normalizer.Element.GetProperty(Name).TryGetBytesFromBase64(out byte[]? bytes))
        {
            throw normalizer.Wrong(Name, "is no Base64; download the file again");
        }
        try
        {
            return CharacterMap.Read(bytes);
        }
        catch (FormatException e)
        {
            throw new ModelFileException(normalizer.File, $"{e.Message}; download the file again", e);
        }
    }

    private static void ReadPreTokenizer(JsonFields? step, ref NormalizerSettings settings)
    {
        switch (step?.String("type"))
        {
            case null when step is null:
            case "WhitespaceSplit":
                break;
            case "Metaspace" when step.String("replacement") is null or "\u2581":
                bool never = step.String("prepend_scheme") is { } scheme
                    ? scheme == "never"
                    : step.Element.TryGetProperty("add_prefix_space", out JsonElement add) && add.ValueKind == JsonValueKind.False;
                settings = settings with { AddDummyPrefix = !never };
                break;
            case "Sequence":
                foreach (JsonFields inner in step.Objects("pretokenizers"))
                {
                    ReadPreTokenizer(inner, ref settings);
                }
                break;
            case var type:
                throw step.Wrong("type", $"'{type}' {Unsupported}");
        }
    }
}
