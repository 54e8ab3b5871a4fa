using NarVulkan.Tests.Checkpoints;
using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Text;

/// <summary>Models that somebody else wrote, or damaged.</summary>
public sealed class SentencePieceFileTests
{
    [Fact]
    public void Read_SmallestModel_Works()
    {
        TextTokenizer tokenizer = Open(Model());

        Assert.Equal([4, 1], tokenizer.Encode("ab"));
        Assert.Equal([3, 2, 1], tokenizer.Encode("ax"));
        Assert.Equal(105, tokenizer.VocabularySize);
    }

    [Fact]
    public void Read_UnknownFieldsOfEveryWireType_AreSkipped()
    {
        WireWriter model = Model().Number(90, 1UL << 63).Float(91, 1).Bytes(92, [1, 2, 3]).Tag(93, 1).Varint(0).Varint(0).Varint(0).Varint(0).Varint(0).Varint(0).Varint(0).Varint(0);
        Assert.Equal([4, 1], Open(model).Encode("ab"));
    }

    [Fact]
    public void Read_EveryTruncation_IsReadOrRefused()
    {
        byte[] whole = File.ReadAllBytes(SentencePieceFixture.Model("sentencepiece-settings/small_map"));
        using TemporaryFolder folder = new();
        int refused = 0;
        for (int length = 0; length < whole.Length; length += length < 300 ? 1 : 37)
        {
            string path = folder.Write("spiece.model", whole.AsSpan(0, length));
            try
            {
                TextTokenizer.Open(path).Encode("red fox");
            }
            catch (ModelFileException)
            {
                refused++;
            }
        }
        Assert.True(refused > 300);
    }

    public static TheoryData<string, string> Damage => new()
    {
        { "empty", "" },
        { "no pieces", "it has no pieces" },
        { "no unknown", "has no piece for what is unknown" },
        { "two unknown", "has two pieces for what is unknown, 2 and 4" },
        { "twice", "has the piece '\u2581ab' twice, as 4 and 5" },
        { "empty piece", "piece 4 has no text" },
        { "infinite score", "piece 4 has no text, no finite score" },
        { "kind", "the unknown type 7" },
        { "no UTF-8", "field 1 is no valid UTF-8" },
        { "long piece", "piece 4 has 1025 bytes" },
        { "BPE", "type 2, but only the unigram type (1)" },
        { "bytes without fallback", "piece 4 is a byte, but unknown text does not become bytes" },
        { "fallback without bytes", "has no piece <0x00>" },
        { "no end", "has no piece </s>" },
        { "length", "it ends within a field" },
        { "group", "unknown wire type 3" },
        { "field 0", "impossible number" },
        { "eleven bytes", "more than ten bytes" },
        { "piece is a number", "field 1 should be bytes" },
        { "score is text", "field 2 should be a float32" },
        { "map", "its map of characters is shorter than it says" },
        { "map without end", "the last text of its map of characters has no end" },
        { "map of long texts", "a text of 300 bytes" },
    };

    [Theory]
    [MemberData(nameof(Damage))]
    public void Read_Damage_IsRefusedByOneLine(string damage, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("spiece.model", Damaged(damage).ToArray());

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => TextTokenizer.Open(path)), path, problem);
    }

    [Fact]
    public void Encode_MapThatLeadsOutsideItself_LeavesCharacters()
    {
        // Every unit claims a value and children far away.
        uint[] units = [.. Enumerable.Range(0, 256).Select(i => 0x100u | (uint)'a' | ((uint)(i * 977) << 10))];
        WireWriter model = Model().Message(3, new WireWriter().Bytes(2, Map(units, "x\0"u8)));

        Assert.Equal([4, 1], Open(model).Encode("ab"));
    }

    [Fact]
    public void Encode_MapThatGoesInACircle_Ends()
    {
        // The root's children are at 0 and those of the node behind 'a' at 'a' ^ 'a': it is its own child.
        uint[] units = new uint[256];
        units['a'] = 'a' | ('a' << 10);
        WireWriter model = Model().Message(3, new WireWriter().Bytes(2, Map(units, "x\0"u8)));

        Assert.Equal([3, 2, 1], Open(model).Encode(new string('a', 20_000)));
    }

    private static WireWriter Damaged(string damage) => damage switch
    {
        "empty" => new WireWriter(),
        "no pieces" => new WireWriter().Message(2, new WireWriter().Number(3, 1)),
        "no unknown" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("a", -1, 1)),
        "two unknown" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1), ("b", -1, 2)),
        "twice" => Model(("\u2581ab", -2, 1)),
        "empty piece" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1), ("", -1, 1)),
        "infinite score" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1), ("b", float.NegativeInfinity, 1)),
        "kind" => Model(("c", -1, 7)),
        "no UTF-8" => Model().Message(1, new WireWriter().Bytes(1, [0xC3])),
        "long piece" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1), (new string('b', 1025), -1, 1)),
        "BPE" => Model().Message(2, new WireWriter().Number(3, 2)),
        "bytes without fallback" => Pieces(("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1), ("<0x00>", 0, 6)),
        "fallback without bytes" => Model().Message(2, new WireWriter().Number(35, 1)),
        "no end" => Pieces(("<pad>", 0, 3), ("<unk>", 0, 2), ("a", -1, 1)),
        "length" => Model().Tag(1, 2).Varint(ulong.MaxValue),
        "group" => Model().Tag(1, 3),
        "field 0" => Model().Tag(0, 0).Varint(1),
        "eleven bytes" => Model().Tag(9, 0).Raw([.. Enumerable.Repeat((byte)0xFF, 11)]),
        "piece is a number" => Model().Number(1, 5),
        "score is text" => Model().Message(1, new WireWriter().Text(1, "c").Text(2, "x")),
        "map" => Model().Message(3, new WireWriter().Bytes(2, [8, 0, 0, 0, 1])),
        "map without end" => Model().Message(3, new WireWriter().Bytes(2, Map(new uint[4], "x"u8))),
        "map of long texts" => Model().Message(3, new WireWriter().Bytes(2, Map(new uint[4], [.. Enumerable.Repeat((byte)'x', 300), 0]))),
        _ => throw new ArgumentException(damage),
    };

    private static WireWriter Model(params (string Text, float Score, int Kind)[] more)
        => Pieces([("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("\u2581a", -3, 1), ("\u2581ab", -2, 1), .. more]);

    private static WireWriter Pieces(params ReadOnlySpan<(string Text, float Score, int Kind)> pieces)
    {
        WireWriter model = new();
        foreach ((string text, float score, int kind) in pieces)
        {
            model.Message(1, new WireWriter().Text(1, text).Float(2, score).Number(3, (ulong)kind));
        }
        return model;
    }

    private static byte[] Map(ReadOnlySpan<uint> units, ReadOnlySpan<byte> targets)
    {
        List<byte> map = [.. BitConverter.GetBytes(units.Length * 4)];
        foreach (uint unit in units)
        {
            map.AddRange(BitConverter.GetBytes(unit));
        }
        return [.. map, .. targets];
    }

    private static TextTokenizer Open(WireWriter model)
    {
        using TemporaryFolder folder = new();
        return TextTokenizer.Open(folder.Write("spiece.model", model.ToArray()));
    }
}
