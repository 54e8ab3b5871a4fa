using System.Text.Json.Nodes;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Text;

public sealed class TokenizerJsonTests
{
    private static readonly string SmallMap = SentencePieceFixture.Model("sentencepiece-settings/small_map");

    [Theory]
    [InlineData("spiece")]
    [InlineData("spiece_bytes")]
    public void Encode_SameModelInBothFormats_IsEqual(string name)
    {
        using TemporaryFolder folder = new();
        string modelPath = SentencePieceFixture.Model($"sentencepiece/{name}");
        TextTokenizer fromModel = TextTokenizer.Open(modelPath);
        TextTokenizer fromJson = TextTokenizer.Open(folder.Write("tokenizer.json", TokenizerJsonWriter.Write(fromModel.Codec.Model, modelPath)));

        Assert.Equal(fromModel.Codec.Model.Pieces, fromJson.Codec.Model.Pieces);
        Assert.Equal((fromModel.PadId, fromModel.EndId, fromModel.UnknownId), (fromJson.PadId, fromJson.EndId, fromJson.UnknownId));
        Random random = new(8);
        IEnumerable<string> golden = SentencePieceFixture.Rows($"sentencepiece/{name}__encode").Select(row => row.Text("text"));
        Assert.All(golden.Concat(Enumerable.Range(0, 500).Select(_ => RandomText.Next(random))), text =>
        {
            Assert.Equal(fromModel.Encode(text), fromJson.Encode(text));
            Assert.Equal(fromModel.Pieces(text), fromJson.Pieces(text));
            Assert.Equal(fromModel.Decode(fromModel.Encode(text)), fromJson.Decode(fromModel.Encode(text)));
        });
    }

    [Theory]
    [InlineData("1,", "1", 5_000_000)]
    [InlineData("[],", "[]", 2_500_000)]
    public void Open_ShortTextOfMillionsOfValues_IsRefusedBeforeAnythingIsMadeOfThem(string item, string last, int count)
    {
        using TemporaryFolder folder = new();
        string text = "{\"a\":[" + string.Concat(Enumerable.Repeat(item, count)) + last + "]}", path = folder.Write("tokenizer.json", text);
        long before = GC.GetAllocatedBytesForCurrentThread();

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => TextTokenizer.Open(path));

        // The file itself, once.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, text.Length + (1 << 20));
        HostileFile.IsOneLine(refusal, path, "has more than 4194304 names and values");
    }

    [Fact]
    public void Read_NewerWritings_MeanTheSame()
    {
        JsonObject json = Small();
        JsonNode map = json["normalizer"]!.DeepClone();
        json["normalizer"] = JsonNode.Parse("""
            {"type":"Sequence","normalizers":[{"type":"Strip","strip_left":false,"strip_right":true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"\u2581"}]}
            """);
        json["normalizer"]!["normalizers"]!.AsArray().Insert(0, map);
        json["pre_tokenizer"] = JsonNode.Parse("""{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true}""");
        int[] expected = TextTokenizer.Open(SmallMap).Encode("A B  \ufb01ne E\u0301 ");

        Assert.Equal(expected, Read(json).Encode("A B  \ufb01ne E\u0301 "));
    }

    [Fact]
    public void Read_NoMapAndNoPrefix_LeavesCharactersAndAddsNoSpace()
    {
        JsonObject json = Small();
        json["normalizer"] = null;
        json["pre_tokenizer"]!["pretokenizers"]![1]!["add_prefix_space"] = false;

        Assert.Equal("\ufb01x", SentencePieceFixture.Utf8(Read(json).Codec.Normalize(" \ufb01x ")));
    }

    [Fact]
    public void Read_AddedTokensBehindTheVocabulary_GetTheNextIds()
    {
        JsonObject json = Small();
        int count = json["model"]!["vocab"]!.AsArray().Count;
        json["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = count, ["content"] = "<new>", ["special"] = false });

        TextTokenizer tokenizer = Read(json);

        Assert.Equal(count + 1, tokenizer.VocabularySize);
        Assert.Equal([count, 1], tokenizer.Encode(" <new>"));
    }

    [Theory]
    [InlineData("model.type", "\"BPE\"", "only Unigram")]
    [InlineData("model.unk_id", "null", "model.unk_id is missing")]
    [InlineData("model.unk_id", "100000", "model.unk_id must be a whole number")]
    [InlineData("model.vocab", "[]", "unk_id must be")]
    [InlineData("model.vocab", "{}", "model.vocab must be a list")]
    [InlineData("model.vocab.3", "[\"a\"]", "model.vocab[3] must be a piece and its score")]
    [InlineData("model.vocab.3", "[\"a\",1e39]", "model.vocab[3] must be a piece and its score")]
    [InlineData("model.vocab.3", "[\"\",0]", "model.vocab[3] must be a text of 1 to")]
    [InlineData("model.vocab.3", "[\"a\\u0000\",0]", "model.vocab[3] must be a text of 1 to")]
    [InlineData("model.vocab.3", "[\"</s>\",0]", "has the piece '</s>' twice")]
    [InlineData("model", "null", "model is missing")]
    [InlineData("normalizer.type", "\"NFKC\"", "normalizer.type 'NFKC' is not supported")]
    [InlineData("normalizer.type", "null", "normalizer.type '' is not supported")]
    [InlineData("normalizer.precompiled_charsmap", "\"?\"", "is no Base64")]
    [InlineData("normalizer.precompiled_charsmap", "\"AAAA\"", "map of characters is shorter")]
    [InlineData("pre_tokenizer.pretokenizers.0.type", "\"ByteLevel\"", "'ByteLevel' is not supported")]
    [InlineData("pre_tokenizer.pretokenizers.1.replacement", "\"_\"", "'Metaspace' is not supported")]
    [InlineData("added_tokens.0.content", "\"x\"", "content is 'x', but the vocabulary has '<pad>' at 0")]
    [InlineData("added_tokens.0.id", "1000000", "id must be a whole number")]
    [InlineData("added_tokens.0.id", "1", "content is '<pad>', but the vocabulary has '</s>' at 1")]
    public void Read_DamagedFile_IsRefusedByOneLine(string path, string value, string problem)
    {
        JsonObject json = Small();
        string[] steps = path.Split('.');
        JsonNode parent = steps[..^1].Aggregate((JsonNode)json, (node, step) => node is JsonArray items ? items[int.Parse(step)]! : node[step]!);
        if (parent is JsonArray list)
        {
            list[int.Parse(steps[^1])] = JsonNode.Parse(value);
        }
        else
        {
            parent[steps[^1]] = JsonNode.Parse(value);
        }
        using TemporaryFolder folder = new();
        string file = folder.Write("tokenizer.json", json.ToJsonString());

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => TextTokenizer.Open(file)), file, problem);
    }

    private static JsonObject Small()
    {
        SentencePieceModel model = TextTokenizer.Open(SmallMap).Codec.Model;
        return TokenizerJsonWriter.Make(model, TokenizerJsonWriter.CharacterMapOf(SmallMap));
    }

    private static TextTokenizer Read(JsonObject json)
    {
        using TemporaryFolder folder = new();
        return TextTokenizer.Open(folder.Write("tokenizer.json", json.ToJsonString()));
    }
}
