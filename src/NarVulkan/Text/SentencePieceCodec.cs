using System.Text;

namespace NarVulkan.Text;

/// <summary>Text to pieces and back, as SentencePiece does it by itself: no end token, nothing in a text is special. Immutable.</summary>
internal sealed class SentencePieceCodec
{
    private readonly UnigramSegmenter segmenter;
    private readonly TextNormalizer normalizer;

    public SentencePieceCodec(SentencePieceModel model)
    {
        Model = model;
        segmenter = new UnigramSegmenter(model);
        normalizer = new TextNormalizer(model.Normalizer, new PieceTrie(model.Pieces, piece => piece.Kind == PieceKind.UserDefined));
    }

    public SentencePieceModel Model { get; }

    /// <summary>The uniform text that is cut; UTF-8, if the model's map of characters is.</summary>
    public byte[] Normalize(ReadOnlySpan<char> text)
    {
        // A surrogate without its partner becomes U+FFFD.
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return normalizer.Normalize(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
    }

    /// <summary>The pieces of a text. Unknown characters side by side are one piece, or bytes where the model has those.</summary>
    public List<EncodedPiece> Encode(ReadOnlySpan<char> text)
    {
        byte[] normalized = Normalize(text);
        List<EncodedPiece> pieces = [];
        int start = 0, unknownFrom = -1;
        foreach ((int id, int end) in segmenter.Segment(normalized))
        {
            bool unknown = id == Model.UnknownId;
            if (unknown && Model.ByteFallback)
            {
                foreach (byte value in normalized.AsSpan(start, end - start))
                {
                    int byteId = Model.ByteIds[value];
                    pieces.Add(new EncodedPiece(byteId, Model.Pieces[byteId].Text));
                }
            }
            else if (unknown)
            {
                unknownFrom = unknownFrom < 0 ? start : unknownFrom;
            }
            else
            {
                AddUnknown(start);
                pieces.Add(new EncodedPiece(id, Model.Pieces[id].Text));
            }
            start = end;
        }
        AddUnknown(start);
        return pieces;

        void AddUnknown(int end)
        {
            if (unknownFrom >= 0)
            {
                pieces.Add(new EncodedPiece(Model.UnknownId, Encoding.UTF8.GetString(normalized, unknownFrom, end - unknownFrom)));
                unknownFrom = -1;
            }
        }
    }

    /// <summary>The text of pieces: control pieces are invisible, bytes are joined to characters, what is no UTF-8 becomes U+FFFD a byte each.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        StringBuilder text = new();
        List<byte> bytes = [];
        bool mayBeginWithSpace = true, beganWithSpace = false;
        foreach (int id in ids)
        {
            Piece piece = Model.Pieces[id];
            if (piece.Kind == PieceKind.Byte && SentencePieceModel.ByteOf(piece.Text) is { } value)
            {
                bytes.Add(value);
                continue;
            }
            Flush();
            if (beganWithSpace || text.Length > 0)
            {
                mayBeginWithSpace = false;
            }
            beganWithSpace = false;
            switch (piece.Kind)
            {
                case PieceKind.Control:
                    break;
                case PieceKind.Unknown:
                    text.Append(Model.UnknownSurface);
                    break;
                default:
                    ReadOnlySpan<char> characters = piece.Text;
                    NormalizerSettings settings = Model.Normalizer;
                    if (mayBeginWithSpace && (settings.AddDummyPrefix || settings.RemoveExtraSpaces) && characters.StartsWith("\u2581"))
                    {
                        characters = characters[1..];
                        // Where extra spaces are removed, all that lead go; else the one that was added.
                        beganWithSpace = !settings.RemoveExtraSpaces;
                    }
                    int from = text.Length;
                    text.Append(characters).Replace('\u2581', ' ', from, characters.Length);
                    break;
            }
        }
        Flush();
        return text.ToString();

        void Flush()
        {
            for (ReadOnlySpan<byte> rest = bytes.ToArray(); !rest.IsEmpty;)
            {
                text.Append(Utf8.TryNext(rest, out int length) ? Encoding.UTF8.GetString(rest[..length]) : "\uFFFD");
                rest = rest[length..];
            }
            bytes.Clear();
        }
    }
}
