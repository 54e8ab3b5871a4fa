using NarVulkan.Tests.Checkpoints;
using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Text;

public sealed class TextTokenizerTests
{
    private static readonly TextTokenizer Spiece = TextTokenizer.Open(SentencePieceFixture.Model("sentencepiece/spiece"));
    private static readonly TextTokenizer Bytes = TextTokenizer.Open(SentencePieceFixture.Model("sentencepiece/spiece_bytes"));

    [Fact]
    public void Ids_OfT5_AreThose()
    {
        Assert.Equal((0, 1, 2, 700), (Spiece.PadId, Spiece.EndId, Spiece.UnknownId, Spiece.VocabularySize));
        // T5's extra ids are counted down behind the pieces.
        Assert.Equal([699, 1], Spiece.Encode("<extra_id_0>"));
        Assert.Equal([600, 1], Spiece.Encode("<extra_id_99>"));
        Assert.Equal("<extra_id_99>", Spiece.Decode([600, 1]));
    }

    [Fact]
    public void Encode_TextOfMoreTokensThanAllowed_KeepsTheFirstAndTheEnd()
    {
        int[] whole = Spiece.Encode("a photo of an astronaut riding a horse in the forest");
        Assert.True(whole.Length > 10);
        for (int most = 1; most <= whole.Length; most++)
        {
            Assert.Equal([.. whole[..(most - 1)], Spiece.EndId], Spiece.Encode("a photo of an astronaut riding a horse in the forest", most));
        }
        Assert.Equal(whole, Spiece.Encode("a photo of an astronaut riding a horse in the forest", 120));
        Assert.Equal([1], Spiece.Encode("", 120));
        Assert.Throws<ArgumentOutOfRangeException>(() => Spiece.Encode("a", 0));
    }

    [Fact]
    public void Encode_TenThousandRandomTexts_CoversEachTextAndEndsOnce()
    {
        Random random = new(20240117);
        foreach (TextTokenizer tokenizer in new[] { Spiece, Bytes })
        {
            for (int i = 0; i < 5000; i++)
            {
                string text = RandomText.Next(random);
                string normalized = SentencePieceFixture.Utf8(tokenizer.Codec.Normalize(text));
                List<EncodedPiece> pieces = tokenizer.Codec.Encode(text);
                if (tokenizer == Spiece)
                {
                    Assert.Equal(normalized, string.Concat(pieces.Select(piece => piece.Text)));
                }
                else
                {
                    // With byte pieces nothing is lost: what is decoded is the normalised text, its leading space aside.
                    Assert.DoesNotContain(pieces, piece => piece.Id == tokenizer.UnknownId);
                    string expected = normalized.Length > 0 ? normalized[1..].Replace('\u2581', ' ') : "";
                    Assert.Equal(expected, tokenizer.Codec.Decode([.. pieces.Select(piece => piece.Id)]));
                }
                int[] ids = tokenizer.Encode(text);
                Assert.Equal(tokenizer.EndId, ids[^1]);
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                tokenizer.Decode(ids);
            }
        }
    }

    [Fact]
    public void Decode_RandomIds_NeverFails()
    {
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            int[] ids = new int[random.Next(20)];
            for (int k = 0; k < ids.Length; k++)
            {
                ids[k] = random.Next(Bytes.VocabularySize);
            }
            Assert.NotNull(Bytes.Decode(ids));
        }
    }

    [Fact]
    public void Decode_IdOutsideTheVocabulary_IsRefused()
    {
        Assert.Contains("700 is outside", Assert.Throws<InvalidRequestException>(() => Spiece.Decode([5, 700])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidRequestException>(() => Spiece.Decode([-1]));
    }

    [Fact]
    public void Encode_TextThatNoPromptIs_IsRefused()
        => Assert.Contains("shorten", Assert.Throws<InvalidRequestException>(() => Spiece.Encode(new string('a', TextTokenizer.LongestText + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Encode_SpecialNames_AreTokensAndWhiteSpaceAroundThemGoes()
    {
        int[] red = Spiece.Codec.Encode("red").Select(piece => piece.Id).ToArray(), fox = Spiece.Codec.Encode("fox").Select(piece => piece.Id).ToArray();
        // U+0085 is white space to Python, but a character to SentencePiece.
        Assert.Equal([.. red, 1, .. fox, 0, 2, 1], Spiece.Encode("red\u0085</s>\u0085fox<pad> <unk>"));
        Assert.Equal([.. red, 1], Spiece.Encode("red </s>"));
        Assert.Equal("</s>", Spiece.Pieces("red </s>")[^1]);
    }

    [Fact]
    public void Open_Folder_FindsEitherFile()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("spiece.model", Assert.Throws<ModelFileException>(() => TextTokenizer.Open(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("tokenizer.json"), TokenizerJsonWriter.Write(Spiece.Codec.Model, SentencePieceFixture.Model("sentencepiece/spiece")));
        Assert.Equal(Spiece.Encode("a red fox"), TextTokenizer.Open(folder.Path).Encode("a red fox"));
        File.Copy(SentencePieceFixture.Model("sentencepiece/spiece_bytes"), folder.File("spiece.model"));
        Assert.Equal(Bytes.Encode("a red fox"), TextTokenizer.Open(folder.Path).Encode("a red fox"));
    }
}
