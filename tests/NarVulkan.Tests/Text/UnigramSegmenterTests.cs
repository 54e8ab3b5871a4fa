using System.Text;
using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Text;

public sealed class UnigramSegmenterTests
{
    private const int Rounds = 400;
    private const double UnknownPenalty = 10;

    [Fact]
    public void Segment_RandomVocabularies_IsTheBestOfAllSegmentations()
    {
        Random random = new(41);
        for (int round = 0; round < Rounds; round++)
        {
            SentencePieceModel model = RandomModel(random);
            byte[] text = Encoding.UTF8.GetBytes(Letters(random, 1 + random.Next(9)));
            List<(int Id, int End)> found = new UnigramSegmenter(model).Segment(text);

            Assert.Equal(text.Length, found[^1].End);
            // float32 sums of ten numbers up to 22 in size are off by 1e-5 at most.
            Assert.Equal(BestScore(model, text), Score(model, found), 5e-5);
        }
    }

    [Fact]
    public void Segment_ScoresThatTie_KeepsWhatWasFoundFirst()
    {
        // a + bc, ab + c and a + b + c are all -3, in numbers that float32 holds exactly. Of the pieces that end last, bc begins before c and is found first.
        SentencePieceModel model = Model(("a", -1), ("bc", -2), ("ab", -2), ("c", -1), ("b", -1));

        Assert.Equal(["a", "bc"], Texts(model, "abc"));
    }

    [Fact]
    public void Segment_SumThatRoundsUp_ReplacesOneThatIsLessInFloat64()
    {
        // 2^24 + 1 is no float32: kept, the sum of a and b would be that of ab. Compared before it is kept, it is more.
        SentencePieceModel model = Model(("a", 16777216), ("b", 1), ("ab", 16777216));

        Assert.Equal(["a", "b"], Texts(model, "ab"));
    }

    [Fact]
    public void Segment_UnknownCharacters_OnlyWhereNoPieceOfOneCharacterIs()
    {
        // "x" is a piece, though a very unlikely one: unknown may not replace it.
        SentencePieceModel model = Model(("x", -1000), ("y", -1));

        Assert.Equal(["x", "y", "<unk>"], Texts(model, "xy\u732b"));
    }

    [Fact]
    public void Segment_BytesThatAreNoUtf8_AreCoveredAllTheSame()
    {
        Random random = new(2);
        UnigramSegmenter segmenter = new(Model(("a", -1), ("\u732b", -2)));
        for (int i = 0; i < 2000; i++)
        {
            byte[] text = new byte[1 + random.Next(12)];
            random.NextBytes(text);
            List<(int Id, int End)> pieces = segmenter.Segment(text);
            Assert.Equal(text.Length, pieces[^1].End);
            Assert.Equal(pieces.Select(piece => piece.End).Order().Distinct(), pieces.Select(piece => piece.End));
        }
        Assert.Empty(segmenter.Segment([]));
    }

    private static IEnumerable<string> Texts(SentencePieceModel model, string text)
        => new UnigramSegmenter(model).Segment(Encoding.UTF8.GetBytes(text)).Select(piece => model.Pieces[piece.Id].Text);

    private static SentencePieceModel Model(params ReadOnlySpan<(string Text, float Score)> normal)
    {
        List<Piece> pieces = [];
        foreach ((string text, float score) in normal)
        {
            pieces.Add(new Piece(text, score, PieceKind.Normal));
        }
        pieces.Add(new Piece("<unk>", 0, PieceKind.Unknown));
        return new SentencePieceModel("m", pieces, NormalizerSettings.Usual, byteFallback: false, "?");
    }

    private static SentencePieceModel RandomModel(Random random)
    {
        HashSet<string> texts = [.. Enumerable.Range(0, 2 + random.Next(14)).Select(_ => Letters(random, 1 + random.Next(4)))];
        return Model([.. texts.Select(text => (text, (float)(-12 * random.NextDouble())))]);
    }

    private static string Letters(Random random, int count)
        => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(5) switch { 0 => "\u732b", 1 => "\u00e9", 2 => "c", _ => random.Next(2) == 0 ? "a" : "b" }));

    private static double Score(SentencePieceModel model, IEnumerable<(int Id, int End)> pieces)
        => pieces.Sum(piece => piece.Id == model.UnknownId ? model.LeastScore - UnknownPenalty : model.Pieces[piece.Id].Score);

    // Every way to cut the text, in float64.
    private static double BestScore(SentencePieceModel model, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }
        double best = double.NegativeInfinity;
        int character = Utf8.LengthByFirst(text[0]);
        bool known = false;
        for (int end = 1; end <= text.Length; end++)
        {
            if (end < text.Length && (text[end] & 0xC0) == 0x80)
            {
                continue;
            }
            if (model.Find(Encoding.UTF8.GetString(text[..end])) is { } id && id != model.UnknownId)
            {
                known |= end == character;
                best = Math.Max(best, model.Pieces[id].Score + BestScore(model, text[end..]));
            }
        }
        return known ? best : Math.Max(best, model.LeastScore - UnknownPenalty + BestScore(model, text[character..]));
    }
}
