using System.Text.Json;
using NarVulkan.Text;
using Xunit;
using static NarVulkan.Tests.Text.SentencePieceFixture;

namespace NarVulkan.Tests.Text;

/// <summary>Ids, pieces, normalised text and decoding against SentencePiece 0.1.97; ids of T5 against the T5Tokenizer of transformers.</summary>
public sealed class SentencePieceGoldenTests
{
    public static TheoryData<string> Models => ["spiece", "spiece_bytes"];

    public static TheoryData<string> Settings => ["user_defined", "space_behind", "spaces_kept", "small_map"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Encode_EveryGoldenText_EqualsSentencePiece(string model)
    {
        TextTokenizer tokenizer = TextTokenizer.Open(Model($"sentencepiece/{model}"));
        List<JsonElement> rows = Rows($"sentencepiece/{model}__encode");
        Assert.Equal(320, rows.Count);
        Assert.All(rows, row =>
        {
            string text = row.Text("text");
            List<EncodedPiece> pieces = tokenizer.Codec.Encode(text);
            Assert.Equal(row.Text("normalized"), Utf8(tokenizer.Codec.Normalize(text)));
            Assert.Equal(row.Texts("pieces"), pieces.Select(piece => piece.Text));
            Assert.Equal(row.Ids("ids"), pieces.Select(piece => piece.Id));
            Assert.Equal(row.Text("decoded_from_ids"), tokenizer.Decode(row.Ids("ids")));
        });
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Encode_EveryGoldenText_EqualsT5(string model)
    {
        TextTokenizer tokenizer = TextTokenizer.Open(Model($"sentencepiece/{model}"));
        Assert.All(Rows($"sentencepiece/{model}__encode"), row =>
        {
            // T5's tokenizer gives other ids only where a text names its special tokens.
            int[] expected = row.Ids(row.TryGetProperty("ids_from_t5tokenizer", out _) ? "ids_from_t5tokenizer" : "ids_with_eos");
            Assert.Equal(expected, tokenizer.Encode(row.Text("text")));
            Assert.Equal(expected.Length, tokenizer.Pieces(row.Text("text")).Length);
        });
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Decode_EveryGoldenId_EqualsSentencePiece(string model)
    {
        TextTokenizer tokenizer = TextTokenizer.Open(Model($"sentencepiece/{model}"));
        List<JsonElement> rows = Rows($"sentencepiece/{model}__decode");
        Assert.True(rows.Count >= 39);
        Assert.All(rows, row => Assert.Equal(row.Text("text"), tokenizer.Decode(row.Ids("ids"))));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void EncodeAndDecode_ModelsOfOtherSettings_EqualSentencePiece(string model)
    {
        TextTokenizer tokenizer = TextTokenizer.Open(Model($"sentencepiece-settings/{model}"));
        List<JsonElement> rows = Rows($"sentencepiece-settings/{model}");
        Assert.Equal(73, rows.Count);
        Assert.All(rows, row =>
        {
            List<EncodedPiece> pieces = tokenizer.Codec.Encode(row.Text("text"));
            Assert.Equal(row.Texts("pieces"), pieces.Select(piece => piece.Text));
            Assert.Equal(row.Ids("ids"), pieces.Select(piece => piece.Id));
            Assert.Equal(row.Text("decoded_from_ids"), tokenizer.Codec.Decode(row.Ids("ids")));
            Assert.Equal(row.Text("decoded_from_other_ids"), tokenizer.Codec.Decode(row.Ids("other_ids")));
        });
    }
}
