using NarVulkan.Checkpoints;

namespace NarVulkan.Text;

/// <summary>Reads <c>spiece.model</c>: the message ModelProto of <c>sentencepiece_model.proto</c>, whose field numbers these are.</summary>
internal static class SentencePieceFile
{
    /// <summary>Those of T5 have 800 kB, the largest published ones 5 MB.</summary>
    public const int LongestFile = 64 << 20;

    /// <summary>T5 adds these to its model, <c>&lt;extra_id_99&gt;</c> first.</summary>
    private const int ExtraIds = 100;

    /// <exception cref="ModelFileException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static TokenizerFile Read(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > LongestFile)
        {
            throw new ModelFileException(path, $"has {file.Length} bytes, more than any SentencePiece model; name the spiece.model of the text encoder");
        }
        try
        {
            return Read(path, file.Slice(0, (int)file.Length));
        }
        catch (FormatException e)
        {
            throw new ModelFileException(path, $"is no SentencePiece model, or a damaged one: {e.Message}; download it again", e);
        }
    }

    private static TokenizerFile Read(string path, ReadOnlySpan<byte> bytes)
    {
        List<Piece> pieces = [];
        NormalizerSettings normalizer = NormalizerSettings.Usual;
        TrainerSettings trainer = new();
        for (WireReader model = new(bytes); model.Next();)
        {
            switch (model.Field)
            {
                case 1:
                    pieces.Add(ReadPiece(model.Bytes(), pieces.Count));
                    break;
                case 2:
                    trainer = ReadTrainer(model.Bytes(), trainer);
                    break;
                case 3:
                    normalizer = ReadNormalizer(model.Bytes(), normalizer);
                    break;
            }
            if (pieces.Count > SentencePieceModel.MostPieces)
            {
                throw new FormatException($"it has more than {SentencePieceModel.MostPieces} pieces");
            }
        }
        if (trainer.ModelType != TrainerSettings.Unigram)
        {
            throw new ModelFileException(path, $"is a SentencePiece model of type {trainer.ModelType}, but only the unigram type (1), which T5 uses, is supported; name another");
        }
        if (pieces.Count == 0)
        {
            throw new FormatException("it has no pieces");
        }
        if (!trainer.ByteFallback && pieces.FindIndex(piece => piece.Kind == PieceKind.Byte) is >= 0 and int id)
        {
            throw new FormatException($"piece {id} is a byte, but unknown text does not become bytes");
        }
        if (!pieces.Exists(piece => piece.Text == ExtraId(0)))
        {
            pieces.AddRange(Enumerable.Range(1, ExtraIds).Select(i => new Piece(ExtraId(ExtraIds - i), 0, PieceKind.Unused)));
        }
        SentencePieceModel read = new(path, pieces, normalizer with { SpaceBehind = trainer.SpaceBehind }, trainer.ByteFallback, trainer.UnknownSurface);
        return new TokenizerFile(path, read, SpecialOf(read));
    }

    private static string ExtraId(int number) => $"<extra_id_{number}>";

    // What T5's tokenizer recognises in a text; the model alone recognises nothing.
    private static Dictionary<string, int> SpecialOf(SentencePieceModel model)
    {
        IEnumerable<string> names = [TokenizerFile.EndName, TokenizerFile.PadName, .. Enumerable.Range(0, ExtraIds).Select(ExtraId)];
        Dictionary<string, int> special = new(StringComparer.Ordinal) { [model.Pieces[model.UnknownId].Text] = model.UnknownId };
        foreach (string name in names)
        {
            if (model.Find(name) is { } id)
            {
                special[name] = id;
            }
        }
        return special;
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> bytes, int id)
    {
        string text = "";
        float score = 0;
        PieceKind kind = PieceKind.Normal;
        for (WireReader piece = new(bytes); piece.Next();)
        {
            switch (piece.Field)
            {
                case 1:
                    text = piece.Bytes().Length <= SentencePieceModel.LongestPiece
                        ? piece.Text()
                        : throw new FormatException($"piece {id} has {piece.Bytes().Length} bytes, more than {SentencePieceModel.LongestPiece}");
                    break;
                case 2:
                    score = piece.Float();
                    break;
                case 3:
                    kind = (PieceKind)piece.Int32();
                    break;
            }
        }
        if (text.Length == 0 || text.Contains('\0') || !float.IsFinite(score) || kind is < PieceKind.Normal or > PieceKind.Byte)
        {
            throw new FormatException($"piece {id} has no text, no finite score, or the unknown type {(int)kind}");
        }
        return new Piece(text, score, kind);
    }

    // A message that occurs twice is one whose later fields win; hence what was read before.
    private static TrainerSettings ReadTrainer(ReadOnlySpan<byte> bytes, TrainerSettings settings)
    {
        for (WireReader trainer = new(bytes); trainer.Next();)
        {
            settings = trainer.Field switch
            {
                3 => settings with { ModelType = trainer.Int32() },
                24 => settings with { SpaceBehind = trainer.Bool() },
                35 => settings with { ByteFallback = trainer.Bool() },
                44 => settings with { UnknownSurface = trainer.Text() },
                _ => settings,
            };
        }
        return settings;
    }

    private static NormalizerSettings ReadNormalizer(ReadOnlySpan<byte> bytes, NormalizerSettings settings)
    {
        for (WireReader normalizer = new(bytes); normalizer.Next();)
        {
            settings = normalizer.Field switch
            {
                2 => settings with { Characters = CharacterMap.Read(normalizer.Bytes()) },
                3 => settings with { AddDummyPrefix = normalizer.Bool() },
                4 => settings with { RemoveExtraSpaces = normalizer.Bool() },
                5 => settings with { EscapeSpaces = normalizer.Bool() },
                _ => settings,
            };
        }
        return settings;
    }
}
