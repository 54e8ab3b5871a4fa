using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Generating, decoding and encoding images.</summary>
public sealed class ImageCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public ImageCommandTests()
    {
        cli.Install("demo-image", "nar-c2i", classes: FakeEngine.ClassNames);
        cli.Install("vq", "nar-c2i", generator: false);
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Generate_NineOfAClass_WritesAPngEachAndASquareSheet()
    {
        CliResult result = cli.Run("--image", "demo", "--class", "zoom-in-ring", "--count", "9", "--seed", "7", "--dump-frames", "f.npy");
        Assert.Equal(0, result.Code);
        Assert.Equal(11, result.OutputLines.Count);
        Assert.Equal([9, 3, FakeEngine.Height, FakeEngine.ImageWidth], NpyFile.Read(cli.Folder["f.npy"]).Shape);
        Assert.Equal(Path.Combine("out", "demo-image-zoom-in-ring-seed7-4.png"), result.OutputLines[5]);
        PngPicture picture = PngReader.Read(cli.Folder[result.OutputLines[5]], "x");
        RgbImage image = Assert.Single(picture.Frames);
        Assert.Equal((FakeEngine.ImageWidth, FakeEngine.Height), (image.Width, image.Height));
        Assert.All(image.Pixels, value => Assert.Equal(FakeEngine.ImageShade(4), value));
        Assert.Equal(("demo-image", "zoom-in-ring", "7"), (picture.Text["Model"], picture.Text["Class"], picture.Text["Seed"]));
        RgbImage sheet = Assert.Single(PngReader.Read(cli.Folder[result.OutputLines[^1]], "x").Frames);
        int factor = (128 + FakeEngine.Height - 1) / FakeEngine.Height;
        Assert.Equal((3 * (FakeEngine.ImageWidth * factor + 4) + 4, 3 * (FakeEngine.Height * factor + 4) + 4), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Generate_ImagenetNotInstalled_SaysSoInOneLineAndRunsTheDemo()
    {
        CliResult result = cli.Run("--image", "imagenet", "--seed", "1");
        Assert.Equal(0, result.Code);
        string line = Assert.Single(result.ErrorLines, line => line.Contains("is not installed"));
        Assert.Contains("weights/README.md", line);
        Assert.Contains(result.ErrorLines, entry => entry.EndsWith("drawn from the seed"));
        Assert.EndsWith("demo-image", cli.Engine.LoadedDirectory);
    }

    [Theory]
    [InlineData("--out", "a.png", "a.png")]
    [InlineData("--out", "pictures/", "pictures/demo-image-bounce-ball-seed1.png")]
    [InlineData("--format", "png", "out/demo-image-bounce-ball-seed1.png")]
    public void Generate_OutAndFormat_NameOneFile(string option, string value, string expected)
    {
        CliResult result = cli.Run("--image", "demo", "--class", "0", "--seed", "1", "--scale", "2", option, value);
        Assert.Equal([expected], result.OutputLines);
        RgbImage image = Assert.Single(PngReader.Read(cli.Folder[expected], "x").Frames);
        Assert.Equal((2 * FakeEngine.ImageWidth, 2 * FakeEngine.Height), (image.Width, image.Height));
    }

    [Fact]
    public void Generate_ModelFolderOfImages_ReportsItInJson()
    {
        string folder = cli.Install("par", "llamagen-c2i");
        CliResult result = cli.Run("--model", folder, "--class", "none,2", "--greedy", "--json");
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement model = document.RootElement.GetProperty("model");
        Assert.Equal(("llamagen-c2i", "image", "near-to-far"), (Text("architecture"), Text("media"), Text("schedule")));
        Assert.Equal([1, 2, 4], model.GetProperty("grid").EnumerateArray().Select(size => size.GetInt32()));
        Assert.False(document.RootElement.TryGetProperty("kept", out _));

        string? Text(string name) => model.GetProperty(name).GetString();
    }

    [Fact]
    public void Decode_TokenizerAlone_TakesASquareOrTheGridAskedFor()
    {
        NpyFile.Write(cli.Folder["t.npy"], [2, 4], [0, 1, 2, 3, 3, 2, 1, 0]);
        CliResult square = cli.Run("decode", "--image", "vq", "--tokens", "t.npy", "--dump-frames", "f.npy");
        Assert.Equal(["f.npy", "out/vq-decoded-0.png", "out/vq-decoded-1.png", "out/vq-sheet.png"], square.OutputLines);
        Assert.Equal([2, 3, 6, 6], NpyFile.Read(cli.Folder["f.npy"]).Shape);
        Assert.Equal([0, 1, 2, 3, 3, 2, 1, 0], cli.Engine.DecodedTokens!);
        Assert.Equal([2, 2], cli.Engine.Grid!);
        RgbImage second = PngReader.Read(cli.Folder["out/vq-decoded-1.png"], "x").Frames[0];
        Assert.Equal(FakeEngine.ImageShade(1), second.Pixels[0]);

        CliResult flat = cli.Run("decode", "--image", "vq", "--tokens", "t.npy", "--grid", "1,4", "--out", "flat/");
        Assert.Equal(0, flat.Code);
        Assert.Equal([1, 4], cli.Engine.Grid!);
        RgbImage image = PngReader.Read(cli.Folder["flat/vq-decoded-0.png"], "x").Frames[0];
        Assert.Equal((12, 3), (image.Width, image.Height));
    }

    [Fact]
    public void Decode_ModelWithAGenerator_TakesItsGridUnlessAnotherIsGiven()
    {
        NpyFile.Write(cli.Folder["t.npy"], [8], new int[8]);
        Assert.Equal(0, cli.Run("decode", "--image", "demo", "--tokens", "t.npy").Code);
        Assert.Equal([2, 4], cli.Engine.Grid!);
        Assert.Equal(0, cli.Run("decode", "--image", "demo", "--tokens", "t.npy", "--grid", "4x2").Code);
        Assert.Equal([4, 2], cli.Engine.Grid!);
        NpyFile.Write(cli.Folder["t.npy"], [1, 4], new int[4]);
        Assert.Contains("makes 2x4 tokens, [B, 8]; for images of another size give --grid R,C", DecodeFails("demo"));
    }

    [Fact]
    public void Decode_WrongTokens_SaysWhatIsNeeded()
    {
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], [0, 1, 2, 3, 0, 1, 2, 4]);
        Assert.Contains("no square of tokens; give rows and columns with --grid R,C", DecodeFails("vq"));
        Assert.Contains("--grid 3,3 needs [B, 9]", DecodeFails("vq", "--grid", "3,3"));
        Assert.Contains("holds the token 4, but vq has tokens from 0 to 3", DecodeFails("vq", "--grid", "2,4"));
        NpyFile.Write(cli.Folder["t.npy"], [0, 4], ReadOnlySpan<int>.Empty);
        Assert.Contains("[B, 4]", DecodeFails("vq"));
        NpyFile.Write(cli.Folder["t.npy"], [1, 0], ReadOnlySpan<int>.Empty);
        Assert.Contains("no square", DecodeFails("vq"));
        NpyFile.Write(cli.Folder["t.npy"], [1, 2, 2], new int[4]);
        Assert.Contains("tokens are [B,N]", DecodeFails("vq"));
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], new int[8]);
        cli.Install("clips", generator: false);
        Assert.Contains("--grid is for images", cli.Run("decode", "--video", "clips", "--tokens", "t.npy", "--grid", "2,2", "--quiet").FailsWith(2));
    }

    [Fact]
    public void Encode_PngFiles_AreImagesOfTheirOwnInMinusOneToOne()
    {
        IReadOnlyList<RgbImage> images = Pictures.Clip(2, 9, 6);
        cli.WriteStill("a.png", images[0]);
        cli.WriteStill("b.png", images[1]);
        CliResult result = cli.Run("encode", "--image", "vq", "--input", "a.png", "b.png", "--dump-tokens", "t.npy");
        Assert.Equal(["t.npy"], result.OutputLines);
        Assert.Equal([2, 6], NpyFile.Read(cli.Folder["t.npy"]).Shape);
        Assert.Equal([2, 3], cli.Engine.Grid!);
        // [2, 3, 6, 9]: blue of the second image, fifth row, last column.
        Assert.Equal(images[1].Pixels[(4 * 9 + 8) * 3 + 2] / 127.5f - 1, cli.Engine.EncodedPixels![((1 * 3 + 2) * 6 + 4) * 9 + 8]);
    }

    [Fact]
    public void Encode_Npy_PassesItOnAndPrintsARowForEachImage()
    {
        float[] pixels = Enumerable.Range(0, 2 * 3 * 3 * 6).Select(i => i / 60f - 1).ToArray();
        NpyFile.Write(cli.Folder["v.npy"], [2, 3, 3, 6], pixels);
        CliResult result = cli.Run("encode", "--image", "demo", "--input", "v.npy");
        Assert.Equal(["0 1", "2 3"], result.OutputLines);
        Assert.Equal(pixels, cli.Engine.EncodedPixels);
        Assert.Equal([1, 2], cli.Engine.Grid!);
    }

    [Fact]
    public void Encode_WrongImages_NameWhatIsNeeded()
    {
        cli.WriteStill("odd.png", new RgbImage(9, 7));
        cli.WriteStill("a.png", new RgbImage(9, 6));
        cli.WriteStill("b.png", new RgbImage(6, 6));
        Assert.Contains("odd.png: is 9x7, but vq takes images whose width and height are multiples of 3", EncodeFails("odd.png"));
        Assert.Contains("b.png: is 6x6, but a.png is 9x6", EncodeFails("a.png", "b.png"));
        Write("flat.npy", [6, 9]);
        Write("clip.npy", [1, 3, 4, 6, 9]);
        Write("grey.npy", [1, 1, 6, 9]);
        Write("odd.npy", [3, 6, 10]);
        Write("empty.npy", [0, 3, 6, 9]);
        Assert.All(["flat.npy", "clip.npy", "grey.npy", "empty.npy"], file => Assert.Contains("[B, 3, height, width] in -1..1", EncodeFails(file)));
        Assert.Contains("10x6", EncodeFails("odd.npy"));
        Write("bytes.npy", [3, 6, 9], 255);
        Write("nan.npy", [3, 6, 9], float.NaN);
        Assert.Contains("pixels are -1..1", EncodeFails("bytes.npy"));
        Assert.Contains("not finite", EncodeFails("nan.npy"));
    }

    private string DecodeFails(string model, params string[] more) =>
        cli.Run(["decode", "--image", model, "--tokens", "t.npy", "--quiet", .. more]).FailsWith(2);

    private string EncodeFails(params string[] files) => cli.Run(["encode", "--image", "vq", "--quiet", "--input", .. files]).FailsWith(2);

    private void Write(string name, int[] shape, float first = 0)
    {
        float[] values = new float[shape.Aggregate(1, (count, size) => count * size)];
        if (values.Length > 0)
        {
            values[0] = first;
        }
        NpyFile.Write(cli.Folder[name], shape, values);
    }
}
