using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Whole commands on the device, against the original implementation and against one another.</summary>
[Collection(ModelCollection.Name)]
public sealed class EndToEndTests : IDisposable
{
    // The goldens' own rounding noise is 2e-5 to 5e-5 on logits and below 1e-5 on frames; another order of summation doubles it.
    private const double LogitTolerance = 1e-3, FrameTolerance = 1e-4;

    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly CliRunner cli = new(new VulkanEngine());
    private readonly ModelFixture fixture;

    public EndToEndTests(ModelFixture fixture)
    {
        fixture.RequireContext();
        this.fixture = fixture;
        cli.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
    }

    public void Dispose() => cli.Dispose();

    [SkippableFact]
    public void Generate_GoldenCheckpoint_GivesItsTokensAndLogits()
    {
        CliResult result = Run(
            "--model", TestPaths.Fixture("golden/nar-c2v"), "--class", "0,4,10", "--greedy", "--cfg", "1.25", "--dump-tokens", "t.npy", "--dump-logits", "l.npy");
        Assert.Equal(["t.npy", "l.npy"], result.OutputLines.Take(2));
        Assert.Equal(Golden.Ints("golden/nar-c2v/cfg1.25__tokens.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
        NpyArray logits = NpyFile.Read(cli.Folder["l.npy"]);
        Assert.Equal([3, 32, 64], logits.Shape);
        Golden.AssertClose(Golden.Floats("golden/nar-c2v/cfg1.25__logits.npy"), logits.ToFloats(), LogitTolerance);
    }

    [SkippableFact]
    public void Generate_GuidanceInterval_GivesTheGoldenTokens()
    {
        Run("--model", TestPaths.Fixture("golden/nar-c2v"), "--class", "0,4,10", "--greedy", "--cfg", "2.5", "--cfg-interval", "9", "--dump-tokens", "t.npy");
        Assert.Equal(Golden.Ints("golden/nar-c2v/cfg2.5_interval__tokens.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
    }

    [SkippableFact]
    public void Generate_FramePrediction_GivesTheGoldenTokens()
    {
        CliResult result = Run(
            "--model", TestPaths.Fixture("golden/nar-c2v-fp"), "--condition-tokens", TestPaths.Fixture("golden/nar-c2v-fp/in__cond_tokens.npy"),
            "--greedy", "--cfg", "1", "--dump-tokens", "t.npy");
        Assert.Equal(Golden.Ints("golden/nar-c2v-fp/cfg1.0__tokens.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
        // The published model does not see most of its condition; a user is told so.
        Assert.Contains(result.ErrorLines, line => line.Contains("condition", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public void Decode_GoldenTokens_GivesTheGoldenFramesAndPictures()
    {
        CliResult result = Run(
            "decode", "--model", TestPaths.Fixture("golden/larp-tokenizer/tokenizer"), "--tokens", TestPaths.Fixture("golden/larp-tokenizer/decode_random__codes.npy"), "--dump-frames", "f.npy");
        Golden.AssertClose(Golden.Floats("golden/larp-tokenizer/decode_random__frames.npy"), NpyFile.Read(cli.Folder["f.npy"]).ToFloats(), FrameTolerance);
        NpyArray pixels = NpyFile.Read(TestPaths.Fixture("golden/larp-tokenizer/decode_random__frames_uint8.npy"));
        byte[] expected = pixels.ToBytes();
        IEnumerable<byte> written = result.OutputLines.Skip(1).Take(pixels.Shape[0])
            .SelectMany(file => PngReader.Read(cli.Folder[file], file).Frames)
            .SelectMany(frame => frame.Pixels);
        // Truncation turns the smallest difference between two floats into one step.
        Assert.All(expected.Zip(written), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [SkippableFact]
    public void Encode_GoldenClip_GivesTheGoldenCodes()
    {
        Run("encode", "--model", TestPaths.Fixture("golden/larp-tokenizer/tokenizer"), "--input", TestPaths.Fixture("golden/larp-tokenizer/encode__video.npy"), "--dump-tokens", "t.npy");
        Assert.Equal(Golden.Ints("golden/larp-tokenizer/encode__codes.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
    }

    [SkippableFact]
    public void Generate_SameSeed_GivesTheSameTokensAloneAndWithMoreCopies()
    {
        fixture.SkipIfSlow("SeedTests shows it on this device with a smaller model");
        Run("--video", "demo", "--class", "3", "--seed", "11", "--dump-tokens", "alone.npy");
        CliResult many = Run("--video", "demo", "--class", "3", "--count", "3", "--seed", "11", "--dump-tokens", "many.npy");
        int[] alone = NpyFile.Read(cli.Folder["alone.npy"]).ToInts();
        int[] all = NpyFile.Read(cli.Folder["many.npy"]).ToInts();
        Assert.Equal(alone, all[..alone.Length]);
        Assert.NotEqual(alone, all[alone.Length..(2 * alone.Length)]);
        // The tokens, three clips and their sheet.
        Assert.Equal(5, many.OutputLines.Count);
    }

    [SkippableFact]
    public void Generate_UcfWithoutItsCheckpoint_MakesAClipOfTheDemoModel()
    {
        CliResult result = Run("--video", "ucf", "--frames", "16", "--seed", "5");
        Assert.Single(result.ErrorLines, line => line.Contains("is not installed"));
        PngPicture clip = PngReader.Read(cli.Folder[Assert.Single(result.OutputLines)], "clip");
        Assert.Equal(16, clip.Frames.Count);
        // A picture, not a plain area: some of a frame's pixels differ clearly from its first one.
        byte[] pixels = clip.Frames[0].Pixels;
        Assert.Contains(Enumerable.Range(0, pixels.Length), i => Math.Abs(pixels[i] - pixels[i % 3]) > 40);
    }

    [SkippableFact]
    public void Doctor_ThisDevice_Passes()
    {
        Assert.Contains("ok ", Run("doctor").Output);
        Assert.Equal(0, cli.Run("devices").Code);
    }

    private CliResult Run(params string[] arguments)
    {
        CliResult result = cli.Run([.. arguments, "--device", TestDevice]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }
}
