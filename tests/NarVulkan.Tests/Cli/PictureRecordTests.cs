using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>What pictures say about themselves, and <c>narvk inspect PICTURE</c>.</summary>
public sealed class PictureRecordTests : IDisposable
{
    private readonly CliRunner cli = new();

    public PictureRecordTests()
    {
        cli.Engine.Conditions = 3;
        string manifest = Path.Combine(cli.Install("reader", "nar-t2i"), "narvk.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["text"] = new JsonObject { ["weights"] = "weights.bin", ["tokenizer"] = "weights.bin", ["config"] = "weights.bin" };
        File.WriteAllText(manifest, json.ToJsonString());
    }

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("a red fox, \u00E9t\u00E9", "tEXt")]
    [InlineData("ein Fuchs \u2014 \u732B \U0001F98A", "iTXt")]
    [InlineData("two\nlines", "tEXt")]
    [InlineData("", "tEXt")]
    public void Write_Text_ReadsBackFromStillAndAnimatedPictures(string text, string type)
    {
        using MemoryStream still = new(), animated = new();
        StillPng.Write(still, Pictures.Plain(2, 3, 9), [new("Prompt", text)]);
        AnimatedPng.Write(animated, Pictures.Clip(3, 2, 2), 8, [new("Prompt", text)]);

        Assert.Equal(text, PngReader.Read(still.ToArray(), "x").Text["Prompt"]);
        Assert.Equal(text, PngReader.Read(animated.ToArray(), "x").Text["Prompt"]);
        Assert.Contains(type, Encoding.Latin1.GetString(still.ToArray()), StringComparison.Ordinal);
        PngRecord record = Record(animated.ToArray());
        Assert.Equal((2L, 2L, 3L), (record.Width, record.Height, record.Frames));
        Assert.Equal([new("Prompt", text)], record.Texts);
    }

    [Fact]
    public void Write_ControlCharacters_BecomeSpacesAndLineEndsOneKind()
    {
        using MemoryStream still = new();
        StillPng.Write(still, Pictures.Plain(1, 1, 0), [new("Prompt", "a\0b\u001Bc\r\nd\u0085e\u009Bf")]);
        Assert.Equal("a b c\nd\ne f", PngReader.Read(still.ToArray(), "x").Text["Prompt"]);
    }

    [Fact]
    public void Inspect_GeneratedPicture_TellsPromptSeedModelAndSettings()
    {
        CliResult made = cli.Run("--image", "reader", "--prompt", "A red fox \u2014 \u732B", "--negative", "blurry", "--count", "2", "--seed", "7", "--cfg", "3");
        Assert.Equal(0, made.Code);

        CliResult text = cli.Run("inspect", made.OutputLines[1]);
        JsonNode json = JsonNode.Parse(cli.Run("inspect", made.OutputLines[1], "--json").Output)!;

        Assert.Equal(0, text.Code);
        Assert.Contains($"{FakeEngine.ImageWidth} x {FakeEngine.Height}, 1 frame", text.OutputLines[0], StringComparison.Ordinal);
        Assert.Contains(text.OutputLines, line => line.Trim() == "Prompt           A red fox \u2014 \u732B");
        Assert.Equal(
            ["narvk", "reader", "A red fox \u2014 \u732B", "blurry", "7", "1"],
            new[] { "Software", "Model", "Prompt", "Negative prompt", "Seed", "Sample" }.Select(key => json["text"]![key]!.GetValue<string>()));
        Assert.StartsWith("cfg 3,", json["text"]!["Settings"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(json["text"]!["Class"]);
        Assert.Equal(FakeEngine.Height, json["height"]!.GetValue<int>());
        // The sheet says what all of them show.
        Assert.Equal("A red fox \u2014 \u732B", JsonNode.Parse(cli.Run("inspect", made.OutputLines[2], "--json").Output)!["text"]!["Prompt"]!.GetValue<string>());
    }

    [Fact]
    public void Inspect_PictureOfAKindThatIsNotDecoded_IsReadAllTheSame()
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, 100_000);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 3);
        header[8] = 16;
        header[12] = 1;
        File.WriteAllBytes(cli.Folder["x.png"], Chunks(("IHDR", header), ("tEXt", Encoding.Latin1.GetBytes("Prompt\0\u001B[31mred\u009B")), ("zTXt", [.. "Note\0\0"u8, .. Deflate("packed"u8)]), ("iTXt", [.. "Note\0\u0001\0en\0x\0"u8, .. Deflate("\u732B"u8)]), ("abCd", [1]), ("IEND", [])));

        CliResult result = cli.Run("inspect", "x.png");

        Assert.Equal(0, result.Code);
        Assert.StartsWith("x.png: 100000 x 3, 1 frame", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Equal(["Prompt  ?[31mred?", "Note    packed", "Note    \u732B"], result.OutputLines.Skip(1).Select(line => line.Trim()));
        Assert.Equal("\u732B", JsonNode.Parse(cli.Run("inspect", "x.png", "--json").Output)!["text"]!["Note"]!.GetValue<string>());
    }

    [Fact]
    public void Read_TextsWithoutNumber_AreThoseAtTheFront()
    {
        (string, byte[])[] texts = [.. Enumerable.Range(0, 5000).Select(i => ("tEXt", Encoding.Latin1.GetBytes($"k\0{i}")))];

        var record = Record(Chunks([("IHDR", new byte[13]), .. texts, ("IEND", [])]));

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), record.Texts.Select(entry => entry.Value));
    }

    public static TheoryData<byte[]> DamagedTexts => new()
    {
        "Prompt"u8.ToArray(),
        "\0text"u8.ToArray(),
        Encoding.Latin1.GetBytes(new string('k', 80) + "\0text"),
    };

    [Theory]
    [MemberData(nameof(DamagedTexts))]
    public void Read_DamagedText_TakesNothingFromThePicture(byte[] data)
    {
        foreach (string type in new[] { "tEXt", "zTXt", "iTXt" })
        {
            Assert.Empty(Record(Chunks(("IHDR", new byte[13]), (type, data), ("IEND", []))).Texts);
        }
        Assert.Empty(Record(Chunks(("IHDR", new byte[13]), ("iTXt", "k\0\u0002\0\0\0x"u8.ToArray()), ("iTXt", "k\0\0\0\0"u8.ToArray()), ("zTXt", "k\0\0no zlib"u8.ToArray()), ("IEND", []))).Texts);
    }

    [Fact]
    public void Read_PackedTextWithoutEnd_IsPassedOver()
    {
        // 64 MB of one letter in 64 kB.
        byte[] bomb = Chunks(("IHDR", new byte[13]), ("zTXt", [.. "k\0\0"u8, .. Deflate(new byte[64 << 20])]), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Record(bomb).Texts);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Inspect_DamagedPicture_IsRefusedInOneLine()
    {
        byte[] good = Chunks(("IHDR", new byte[13]), ("tEXt", "k\0v"u8.ToArray()), ("IEND", []));
        File.WriteAllBytes(cli.Folder["cut.png"], good[..^5]);
        good[45] ^= 1;
        File.WriteAllBytes(cli.Folder["flipped.png"], good);
        File.WriteAllBytes(cli.Folder["headless.png"], Chunks(("tEXt", "k\0v"u8.ToArray()), ("IHDR", new byte[13]), ("IEND", [])));

        Assert.Contains("cut.png: is truncated", cli.Run("inspect", "cut.png").FailsWith(2));
        Assert.Contains("the checksum of its tEXt chunk does not match", cli.Run("inspect", "flipped.png").FailsWith(2));
        Assert.Contains("does not begin with its header", cli.Run("inspect", "headless.png").FailsWith(2));
    }

    private static PngRecord Record(byte[] file)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.png"], file);
        return PngRecord.Read(folder["x.png"], "x.png");
    }

    private static byte[] Chunks(params (string Type, byte[] Data)[] chunks)
    {
        using MemoryStream stream = new();
        stream.Write(PngChunks.Signature);
        foreach ((string type, byte[] data) in chunks)
        {
            PngChunks.Write(stream, type, data);
        }
        return stream.ToArray();
    }

    private static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(data);
        }
        return stream.ToArray();
    }
}
