namespace NarVulkan.Text;

/// <summary>What a tokenizer file says, whichever of the two formats it has; checked.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>UTF-8 bytes of a piece; SentencePiece trains pieces of 16 characters at most. The time that a text takes is bounded by this.</summary>
    public const int LongestPiece = 1024;

    /// <summary>Far beyond any vocabulary.</summary>
    public const int MostPieces = 1 << 21;

    private readonly Dictionary<string, int> ids;

    /// <param name="path">The file, for messages.</param>
    /// <param name="pieces">The vocabulary in order of ids.</param>
    /// <param name="normalizer">How text is made uniform.</param>
    /// <param name="byteFallback">Whether what no piece covers becomes bytes.</param>
    /// <param name="unknownSurface">What an unknown id reads as.</param>
    /// <exception cref="ModelFileException">Pieces contradict each other.</exception>
    public SentencePieceModel(string path, IReadOnlyList<Piece> pieces, NormalizerSettings normalizer, bool byteFallback, string unknownSurface)
    {
        Pieces = pieces;
        Normalizer = normalizer;
        ByteFallback = byteFallback;
        UnknownSurface = unknownSurface;
        ids = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        UnknownId = -1;
        for (int id = 0; id < pieces.Count; id++)
        {
            Piece piece = pieces[id];
            if (!ids.TryAdd(piece.Text, id))
            {
                throw new ModelFileException(path, $"has the piece '{piece.Text}' twice, as {ids[piece.Text]} and {id}; download it again");
            }
            if (piece.Kind == PieceKind.Unknown)
            {
                UnknownId = UnknownId < 0 ? id : throw new ModelFileException(path, $"has two pieces for what is unknown, {UnknownId} and {id}; download it again");
            }
        }
        if (UnknownId < 0)
        {
            throw new ModelFileException(path, "has no piece for what is unknown; download it again");
        }
        ByteIds = byteFallback ? FindBytes(path) : [];
        // Both as SentencePiece has them; the greatest begins with the least positive number, not with the least number.
        LeastScore = float.MaxValue;
        GreatestScore = BitConverter.Int32BitsToSingle(0x00800000);
        foreach (Piece piece in pieces.Where(piece => piece.Kind == PieceKind.Normal))
        {
            LeastScore = Math.Min(LeastScore, piece.Score);
            GreatestScore = Math.Max(GreatestScore, piece.Score);
        }
    }

    public IReadOnlyList<Piece> Pieces { get; }

    public NormalizerSettings Normalizer { get; }

    public bool ByteFallback { get; }

    public string UnknownSurface { get; }

    public int UnknownId { get; }

    /// <summary>The least score of a normal piece.</summary>
    public float LeastScore { get; }

    /// <summary>The greatest score of a normal piece, or the least positive float32.</summary>
    public float GreatestScore { get; }

    /// <summary>The ids of the 256 bytes; empty without <see cref="ByteFallback"/>.</summary>
    public IReadOnlyList<int> ByteIds { get; }

    /// <summary>The id of a piece; null if there is none of that text.</summary>
    public int? Find(string text) => ids.TryGetValue(text, out int id) ? id : null;

    /// <summary>The byte that the text of a piece such as <c>&lt;0xE7&gt;</c> names; null for other texts.</summary>
    public static byte? ByteOf(string text)
        => text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>' && Upper(text[3]) is { } high && Upper(text[4]) is { } low
            ? (byte)(high * 16 + low)
            : null;

    private static int? Upper(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => null,
    };

    private int[] FindBytes(string path)
    {
        int[] found = new int[256];
        for (int value = 0; value < 256; value++)
        {
            string text = $"<0x{value:X2}>";
            found[value] = Find(text) is { } id && Pieces[id].Kind == PieceKind.Byte
                ? id
                : throw new ModelFileException(path, $"says that unknown text becomes bytes, but has no piece {text}; download it again");
        }
        return found;
    }
}
