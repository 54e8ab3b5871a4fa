namespace NarVulkan.Text;

/// <summary>
/// Text to the token ids of a T5 encoder, and back: SentencePiece's unigram model, with T5's end token and extra ids. Ids equal those of
/// the original's tokenizer. Immutable, hence free to be used by several threads.
/// </summary>
public sealed class TextTokenizer
{
    /// <summary>Characters of a text. A text encoder sees some hundred tokens; this is only a bound for mistakes.</summary>
    public const int LongestText = 1 << 24;

    private readonly SentencePieceCodec codec;
    private readonly SpecialTokens special;

    private TextTokenizer(TokenizerFile file)
    {
        codec = new SentencePieceCodec(file.Model);
        special = new SpecialTokens(file.Special);
        EndId = Control(file, TokenizerFile.EndName);
        PadId = Control(file, TokenizerFile.PadName);
    }

    /// <summary>Ids that there are, T5's extra ids included. The table of embeddings may have more rows.</summary>
    public int VocabularySize => codec.Model.Pieces.Count;

    /// <summary>The id that fills up short prompts.</summary>
    public int PadId { get; }

    /// <summary>The id that ends every text, <c>&lt;/s&gt;</c>.</summary>
    public int EndId { get; }

    /// <summary>The id of what no piece covers.</summary>
    public int UnknownId => codec.Model.UnknownId;

    /// <summary>Text to pieces without what T5 adds.</summary>
    internal SentencePieceCodec Codec => codec;

    /// <summary>Reads <c>spiece.model</c> or <c>tokenizer.json</c>; of a folder, whichever of them is there, in this order.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static TextTokenizer Open(string path) => new(TokenizerFile.Read(path));

    /// <summary>All ids of a text, <see cref="EndId"/> last.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than <see cref="LongestText"/>.</exception>
    public int[] Encode(string text) => Encode(text, int.MaxValue);

    /// <summary>At most <paramref name="maxTokens"/> ids, <see cref="EndId"/> last whether the text was cut or not.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than <see cref="LongestText"/>.</exception>
    public int[] Encode(string text, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        return Finish([.. Split(text).Select(piece => piece.Id)], maxTokens);
    }

    /// <summary>The pieces that the ids of <see cref="Encode(string)"/> stand for; where a piece is unknown, the text itself.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than <see cref="LongestText"/>.</exception>
    public string[] Pieces(string text)
    {
        List<EncodedPiece> pieces = Split(text);
        IEnumerable<string> texts = pieces.Select(piece => piece.Text);
        return [.. pieces.Count > 0 && pieces[^1].Id == EndId ? texts : texts.Append(codec.Model.Pieces[EndId].Text)];
    }

    /// <summary>The text of ids; those of end and padding are invisible.</summary>
    /// <exception cref="InvalidRequestException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if (id < 0 || id >= VocabularySize)
            {
                throw new InvalidRequestException($"text token {id} is outside the vocabulary, 0 to {VocabularySize - 1}; is this the tokenizer that it is of?");
            }
        }
        return codec.Decode(ids);
    }

    // A text that ends in the end token's own name gets no second one.
    private int[] Finish(List<int> ids, int maxTokens)
    {
        if (ids.Count > maxTokens - 1)
        {
            ids.RemoveRange(maxTokens - 1, ids.Count - (maxTokens - 1));
        }
        return [.. ids.Count > 0 && ids[^1] == EndId ? ids : ids.Append(EndId)];
    }

    // White space around a special token goes; what is between two is a text of its own.
    private List<EncodedPiece> Split(string text)
    {
        if (text.Length > LongestText)
        {
            throw new InvalidRequestException($"the text has {text.Length} characters, more than {LongestText}; shorten it");
        }
        List<EncodedPiece> pieces = [];
        ReadOnlySpan<char> rest = text;
        bool behind = false;
        while (special.TryFind(rest, out int at, out int length, out int id))
        {
            ReadOnlySpan<char> before = PythonText.TrimEnd(rest[..at]);
            pieces.AddRange(codec.Encode(behind ? PythonText.TrimStart(before) : before));
            pieces.Add(new EncodedPiece(id, codec.Model.Pieces[id].Text));
            rest = rest[(at + length)..];
            behind = true;
        }
        pieces.AddRange(codec.Encode(behind ? PythonText.TrimStart(rest) : rest));
        return pieces;
    }

    private static int Control(TokenizerFile file, string name)
        => file.Model.Find(name) ?? throw new ModelFileException(file.Path, $"has no piece {name}, so it is no tokenizer of T5; name the one of the text encoder");
}
