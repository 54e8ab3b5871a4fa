using System.Text.Json.Nodes;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Images through the command line and the device, against the original implementation and against one another.</summary>
[Collection(ModelCollection.Name)]
public sealed class ImageEndToEndTests : IDisposable
{
    // The goldens' own rounding noise is 3e-6; another order of summation stays below 1e-5.
    private const double PixelTolerance = 1e-4;
    private const string Pipeline = "golden/vq-image/pipeline_nar_c2i_cfg2.5";

    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly CliRunner cli = new(new VulkanEngine());

    public ImageEndToEndTests(ModelFixture fixture)
    {
        fixture.RequireContext();
        WriteFolder("vq", new JsonObject());
        WriteFolder("nar-c2i-vq", new JsonObject
        {
            ["generator"] = new JsonObject
            {
                ["architecture"] = "nar-c2i",
                ["weights"] = Relative("nar-c2i-vq", "golden/nar-c2i/0000010.pt"),
                ["heads"] = 4,
                ["grid"] = new JsonArray(8, 8),
            },
        });
    }

    public void Dispose() => cli.Dispose();

    [SkippableTheory]
    [InlineData("golden/vq-image/decode_4x4")]
    [InlineData("golden/vq-image/decode_3x5", "--grid", "3,5")]
    [InlineData(Pipeline)]
    public void Decode_GoldenTokens_GivesTheGoldenPixelsAndBytes(string run, params string[] more)
    {
        CliResult result = Run(["decode", "--model", "vq", "--tokens", TestPaths.Fixture(run + "__tokens.npy"), "--dump-frames", "f.npy", .. more]);
        AssertGolden(run, result.OutputLines.Skip(1).Take(2));
    }

    [SkippableFact]
    public void Generate_GeneratorAndTokenizer_GivesTheGoldenPixelsAndBytes()
    {
        CliResult result = Run("--model", "nar-c2i-vq", "--class", "0,3", "--greedy", "--cfg", "2.5", "--dump-tokens", "t.npy", "--dump-frames", "f.npy");
        Assert.Equal(Golden.Ints(Pipeline + "__tokens.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
        Assert.Equal(["t.npy", "f.npy"], result.OutputLines.Take(2));
        Assert.Equal(5, result.OutputLines.Count);
        AssertGolden(Pipeline, result.OutputLines.Skip(2).Take(2));
    }

    [SkippableTheory]
    [InlineData("encode_4x4")]
    [InlineData("encode_3x5")]
    public void Encode_GoldenImages_GivesTheGoldenCodes(string run)
    {
        Run("encode", "--model", "vq", "--input", TestPaths.Fixture($"golden/vq-image/{run}__image.npy"), "--dump-tokens", "t.npy");
        NpyArray expected = NpyFile.Read(TestPaths.Fixture($"golden/vq-image/{run}__codes.npy"));
        NpyArray actual = NpyFile.Read(cli.Folder["t.npy"]);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ToInts(), actual.ToInts());
    }

    [SkippableFact]
    public void Encode_PngFiles_GiveTheTokensOfTheSamePixelsInAnArray()
    {
        IReadOnlyList<RgbImage> images = Pictures.Clip(2, 40, 24);
        float[] pixels = new float[2 * 3 * 24 * 40];
        for (int i = 0; i < images.Count; i++)
        {
            cli.WriteStill($"{i}.png", images[i]);
            FrameConversion.FromImages([images[i]], NarMedia.Image, pixels.AsSpan(i * pixels.Length / 2, pixels.Length / 2));
        }
        NpyFile.Write(cli.Folder["v.npy"], [2, 3, 24, 40], pixels);
        Run("encode", "--model", "vq", "--input", "0.png", "1.png", "--dump-tokens", "a.npy");
        Run("encode", "--model", "vq", "--input", "v.npy", "--dump-tokens", "b.npy");
        Assert.Equal([2, 15], NpyFile.Read(cli.Folder["a.npy"]).Shape);
        Assert.Equal(NpyFile.Read(cli.Folder["a.npy"]).ToInts(), NpyFile.Read(cli.Folder["b.npy"]).ToInts());
    }

    [SkippableFact]
    public void Generate_KeepingAPicture_KeepsTheTokensOfItsCorner()
    {
        const int side = 8, steps = 6;
        cli.WriteStill("p.png", Pictures.Clip(1, 64, 64)[0]);
        Run("encode", "--model", "nar-c2i-vq", "--input", "p.png", "--dump-tokens", "p.npy");
        int[] picture = NpyFile.Read(cli.Folder["p.npy"]).ToInts();
        CliResult result = Run(
            "--model", "nar-c2i-vq", "--class", "5", "--seed", "1", "--keep", "p.png", "--keep-steps", $"{steps}", "--dump-tokens", "k.npy");
        Assert.Contains($"kept the first {steps} steps, 21 of 64 tokens", result.Error);
        int[] kept = NpyFile.Read(cli.Folder["k.npy"]).ToInts();
        Assert.All(Enumerable.Range(0, side * side).Where(i => i / side + i % side < steps), i => Assert.Equal(picture[i], kept[i]));
        Assert.NotEqual(picture, kept);
    }

    [SkippableFact]
    public void Generate_ImagenetWithoutItsCheckpoint_MakesImagesOfTheDemoModel()
    {
        cli.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        CliResult result = Run("--image", "imagenet", "--class", "3", "--count", "2", "--seed", "5");
        Assert.Single(result.ErrorLines, line => line.Contains("is not installed"));
        Assert.Equal(3, result.OutputLines.Count);
        byte[][] images = [.. result.OutputLines.Take(2).Select(file => Assert.Single(PngReader.Read(cli.Folder[file], file).Frames).Pixels)];
        // Pictures, not plain areas: some pixels differ clearly from the first. And not twice the same one.
        Assert.All(images, pixels => Assert.Contains(Enumerable.Range(0, pixels.Length), i => Math.Abs(pixels[i] - pixels[i % 3]) > 40));
        Assert.NotEqual(images[0], images[1]);
    }

    private void AssertGolden(string run, IEnumerable<string> files)
    {
        NpyArray expected = NpyFile.Read(TestPaths.Fixture(run + "__image.npy"));
        NpyArray pixels = NpyFile.Read(cli.Folder["f.npy"]);
        Assert.Equal(expected.Shape, pixels.Shape);
        Golden.AssertClose(expected.ToFloats(), pixels.ToFloats(), PixelTolerance);
        NpyArray bytes = NpyFile.Read(TestPaths.Fixture(run + "__image_uint8.npy"));
        byte[] planes = bytes.ToBytes();
        byte[] written = [.. files.SelectMany(file => Assert.Single(PngReader.Read(cli.Folder[file], file).Frames).Pixels)];
        Assert.Equal(planes.Length, written.Length);
        // The golden is [samples, 3, height, width], a picture [height, width, 3].
        int area = bytes.Shape[2] * bytes.Shape[3];
        for (int i = 0; i < written.Length; i++)
        {
            byte expectedByte = planes[(i / (3 * area) * 3 + i % 3) * area + i / 3 % area];
            // Truncation turns the smallest difference between two floats into one step.
            Assert.InRange(written[i] - expectedByte, -1, 1);
        }
    }

    private void WriteFolder(string name, JsonObject manifest)
    {
        Directory.CreateDirectory(cli.Folder[name]);
        manifest["format"] = 1;
        manifest["tokenizer"] = new JsonObject { ["kind"] = "vq", ["weights"] = Relative(name, "golden/vq-image/vq_tiny.pt") };
        File.WriteAllText(Path.Combine(cli.Folder[name], "narvk.json"), manifest.ToJsonString());
    }

    private string Relative(string folder, string fixture) => Path.GetRelativePath(cli.Folder[folder], TestPaths.Fixture(fixture));

    private CliResult Run(params string[] arguments)
    {
        CliResult result = cli.Run([.. arguments, "--device", TestDevice]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }
}
