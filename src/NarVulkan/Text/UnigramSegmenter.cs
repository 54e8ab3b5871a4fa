namespace NarVulkan.Text;

/// <summary>
/// The most probable way to cut a normalised text into pieces (Kudo 2018, "Subword Regularization", section 3.1), by Viterbi's algorithm over
/// byte positions. Numbers are as in <c>sentencepiece/src/unigram_model.cc</c> (EncodeOptimized), which decides ties: the best
/// scores are kept as float32, those of known pieces are added and compared in float64, and an equal candidate does not replace the first.
/// </summary>
internal sealed class UnigramSegmenter
{
    private const float UnknownPenalty = 10;

    private readonly SentencePieceModel model;
    private readonly PieceTrie trie;
    private readonly float unknownScore;

    public UnigramSegmenter(SentencePieceModel model)
    {
        this.model = model;
        trie = new PieceTrie(model.Pieces, piece => piece.Kind is PieceKind.Normal or PieceKind.UserDefined);
        unknownScore = model.LeastScore - UnknownPenalty;
    }

    /// <summary>Where the pieces of a text end, and which they are.</summary>
    /// <param name="text">Normalised; any bytes.</param>
    /// <returns>Pieces in order: id, and the byte behind its last one. Unknown characters are not merged yet.</returns>
    public List<(int Id, int End)> Segment(ReadOnlySpan<byte> text)
    {
        (int Id, float Score, int Start)[] best = new (int, float, int)[text.Length + 1];
        Array.Fill(best, (-1, 0, -1));
        for (int start = 0; start < text.Length;)
        {
            float soFar = best[start].Score;
            int character = Math.Min(Utf8.LengthByFirst(text[start]), text.Length - start);
            bool known = false;
            for (int end = start, node = PieceTrie.Root; end < text.Length && (node = trie.Next(node, text[end])) != PieceTrie.None;)
            {
                end++;
                int id = trie.PieceAt(node);
                if (id == PieceTrie.None)
                {
                    continue;
                }
                // A user-defined piece gets so much that it is always chosen. The product is float32, the difference float64.
                double score = model.Pieces[id].Kind == PieceKind.UserDefined
                    ? (end - start) * model.GreatestScore - 0.1
                    : model.Pieces[id].Score;
                Offer(ref best[end], id, score + soFar, start);
                known |= end - start == character;
            }
            if (!known)
            {
                Offer(ref best[start + character], model.UnknownId, unknownScore + soFar, start);
            }
            start += character;
        }
        List<(int Id, int End)> pieces = [];
        for (int end = text.Length; end > 0; end = best[end].Start)
        {
            pieces.Add((best[end].Id, end));
        }
        pieces.Reverse();
        return pieces;
    }

    private static void Offer(ref (int Id, float Score, int Start) best, int id, double score, int start)
    {
        if (best.Start < 0 || score > best.Score)
        {
            best = (id, (float)score, start);
        }
    }
}
