using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class DecodeEncodeCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public DecodeEncodeCommandTests() => cli.Install("tok", generator: false);

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Decode_TwoClips_WritesClipsSheetAndFrames()
    {
        NpyFile.Write(cli.Folder["t.npy"], [2, FakeEngine.TokenCount], new int[2 * FakeEngine.TokenCount]);
        CliResult result = cli.Run("decode", "--video", "tok", "--tokens", "t.npy", "--dump-frames", "f.npy");
        Assert.Equal(0, result.Code);
        Assert.Equal(["f.npy", Path.Combine("out", "tok-decoded-0.png"), Path.Combine("out", "tok-decoded-1.png"), Path.Combine("out", "tok-sheet.png")], result.OutputLines);
        Assert.Equal([2, 3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], NpyFile.Read(cli.Folder["f.npy"]).Shape);
        Assert.False(cli.Engine.LoadOptions!.Generator);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8, 0)]
    public void Decode_WrongShape_NamesTheExpectedOne(int width, int rows)
    {
        NpyFile.Write(cli.Folder["t.npy"], [rows, width], new int[rows * width]);
        Assert.Contains("[B, 8]", cli.Run("decode", "--video", "tok", "--tokens", "t.npy", "--quiet").FailsWith(2));
    }

    [Fact]
    public void Decode_TokensAreFloats_IsRefused()
    {
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], new float[8]);
        Assert.Contains("int32", cli.Run("decode", "--video", "tok", "--tokens", "t.npy", "--quiet").FailsWith(2));
    }

    [Fact]
    public void Encode_PngFrames_GivesTheEngineTheirPixels()
    {
        IReadOnlyList<RgbImage> clip = Pictures.Clip(FakeEngine.FrameCount, FakeEngine.Width, FakeEngine.Height);
        string[] files = [.. clip.Select((frame, i) => cli.WriteStill($"frame-{i}.png", frame))];
        CliResult result = cli.Run(["encode", "--video", "tok", "--dump-tokens", "t.npy", "--input", .. files]);
        Assert.Equal(0, result.Code);
        Assert.Equal(["t.npy"], result.OutputLines);
        Assert.Equal(Enumerable.Range(0, 8), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
        // [3, frames, rows, columns]: green of the third frame, second row, fourth column.
        int index = ((1 * FakeEngine.FrameCount + 2) * FakeEngine.Height + 1) * FakeEngine.Width + 3;
        Assert.Equal(clip[2].Pixels[(1 * FakeEngine.Width + 3) * 3 + 1] / 255f, cli.Engine.EncodedPixels![index]);
    }

    [Fact]
    public void Encode_AnimatedPng_TakesAllItsFrames()
    {
        using (FileStream stream = File.Create(cli.Folder["clip.png"]))
        {
            AnimatedPng.Write(stream, Pictures.Clip(8, FakeEngine.Width, FakeEngine.Height), 8, []);
        }
        CliResult result = cli.Run("encode", "--video", "tok", "--input", "clip.png");
        Assert.Equal(["0 1 2 3 4 5 6 7", "8 9 10 11 12 13 14 15"], result.OutputLines);
    }

    [Fact]
    public void Encode_Npy_PassesItOnAndPrintsJson()
    {
        float[] video = Enumerable.Range(0, 3 * FakeEngine.FrameCount * FakeEngine.Height * FakeEngine.Width).Select(i => i / 1000f).ToArray();
        NpyFile.Write(cli.Folder["v.npy"], [1, 3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], video);
        CliResult result = cli.Run("encode", "--video", "tok", "--input", "v.npy", "--json");
        Assert.Equal(video, cli.Engine.EncodedPixels);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement clip = Assert.Single(document.RootElement.GetProperty("tokens").EnumerateArray());
        Assert.Equal(Enumerable.Range(0, 8), clip.EnumerateArray().Select(id => id.GetInt32()));
    }

    [Fact]
    public void Encode_WrongInput_NamesTheExpectedSize()
    {
        cli.WriteStill("small.png", new RgbImage(2, 2));
        cli.WriteStill("one.png", new RgbImage(FakeEngine.Width, FakeEngine.Height));
        NpyFile.Write(cli.Folder["v.npy"], [1, 3, 4, 5, 5], new float[300]);
        float[] notNumbers = new float[3 * FakeEngine.FrameCount * FakeEngine.Height * FakeEngine.Width];
        notNumbers[5] = float.NaN;
        NpyFile.Write(cli.Folder["nan.npy"], [3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], notNumbers);
        File.WriteAllText(cli.Folder["text.png"], "not a picture");
        Assert.Contains("takes frames of 5x6", Encode("small.png"));
        Assert.Contains("clips of 4", Encode("one.png"));
        Assert.Contains("[B, 3, 4, 6, 5]", Encode("v.npy"));
        Assert.Contains("not finite", Encode("nan.npy"));
        Assert.Contains("text.png: is not a PNG", Encode("text.png"));

        string Encode(string file) => cli.Run("encode", "--video", "tok", "--quiet", "--input", file).FailsWith(2);
    }

    [Fact]
    public void Encode_JsonOfATokenizerAlone_NestsTokensByClipAndLeavesOutWhatWasNotCounted()
    {
        cli.Engine.ParameterCount = 0;
        cli.Engine.WeightBytes = 0;
        int clip = 3 * FakeEngine.FrameCount * FakeEngine.Height * FakeEngine.Width;
        NpyFile.Write(cli.Folder["v.npy"], [2, 3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], new float[2 * clip]);
        using JsonDocument document = JsonDocument.Parse(cli.Run("encode", "--video", "tok", "--input", "v.npy", "--json").Output);
        Assert.Equal([0, 8], document.RootElement.GetProperty("tokens").EnumerateArray().Select(row => row[0].GetInt32()));
        JsonElement model = document.RootElement.GetProperty("model");
        Assert.False(model.TryGetProperty("parameters", out _));
        Assert.False(model.TryGetProperty("weightBytes", out _));
    }

    [Theory]
    [InlineData(-0.8f, false)]
    [InlineData(-0.6f, true)]
    [InlineData(1.6f, true)]
    [InlineData(1.8f, false)]
    [InlineData(255f, false)]
    public void Encode_ValuesOutsideZeroToOne_AreRefusedBeyondWhatDecodersOvershoot(float value, bool accepted)
    {
        float[] video = new float[3 * FakeEngine.FrameCount * FakeEngine.Height * FakeEngine.Width];
        video[7] = value;
        NpyFile.Write(cli.Folder["v.npy"], [3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], video);
        CliResult result = cli.Run("encode", "--video", "tok", "--input", "v.npy", "--quiet");
        if (accepted)
        {
            Assert.Equal(0, result.Code);
        }
        else
        {
            Assert.Contains("pixels are 0..1", result.FailsWith(2));
        }
    }
}
