namespace NarVulkan.Text;

/// <summary>
/// Text to the token ids of a T5 encoder, and back: SentencePiece's unigram model, with T5's end token and extra ids. Ids equal those of
/// the original's tokenizer. Immutable, hence free to be used by several threads.
/// </summary>
public sealed class TextTokenizer
{
    private TextTokenizer()
    {
    }

    /// <summary>Ids that there are, T5's extra ids included. The table of embeddings may have more rows.</summary>
    public int VocabularySize => throw new NotImplementedException();

    /// <summary>The id that fills up short prompts.</summary>
    public int PadId => throw new NotImplementedException();

    /// <summary>The id that ends every text, <c>&lt;/s&gt;</c>.</summary>
    public int EndId => throw new NotImplementedException();

    /// <summary>The id of what no piece covers.</summary>
    public int UnknownId => throw new NotImplementedException();

    /// <summary>Reads <c>spiece.model</c> or <c>tokenizer.json</c>; of a folder, whichever of them is there, in this order.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged, or of a kind that is not supported.</exception>
    public static TextTokenizer Open(string path) => throw new NotImplementedException();

    /// <summary>All ids of a text, <see cref="EndId"/> last.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than any prompt.</exception>
    public int[] Encode(string text) => throw new NotImplementedException();

    /// <summary>At most <paramref name="maxTokens"/> ids, <see cref="EndId"/> last whether the text was cut or not.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than any prompt.</exception>
    public int[] Encode(string text, int maxTokens) => throw new NotImplementedException();

    /// <summary>The pieces that the ids of <see cref="Encode(string)"/> stand for; where a piece is unknown, the text itself.</summary>
    /// <exception cref="InvalidRequestException">The text is longer than any prompt.</exception>
    public string[] Pieces(string text) => throw new NotImplementedException();

    /// <summary>The text of ids; those of control tokens are invisible.</summary>
    /// <exception cref="InvalidRequestException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids) => throw new NotImplementedException();
}
