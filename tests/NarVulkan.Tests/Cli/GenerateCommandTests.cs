using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public GenerateCommandTests() => cli.Install("demo-video", classes: FakeEngine.ClassNames);

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Run_OneClass_WritesAnAnimatedPngAndNamesItOnStandardOutput()
    {
        CliResult result = cli.Run("--video", "demo", "--class", "jump-square", "--seed", "7");
        Assert.Equal(0, result.Code);
        string path = Path.Combine("out", "demo-video-jump-square-seed7.png");
        Assert.Equal([path], result.OutputLines);
        PngPicture picture = PngReader.Read(cli.Folder[path], path);
        Assert.Equal(FakeEngine.FrameCount, picture.Frames.Count);
        Assert.All(picture.Frames.Select((frame, i) => (frame, i)), entry => Assert.All(entry.frame.Pixels, value => Assert.Equal(FakeEngine.Shade(0, entry.i), value)));
        Assert.Equal(("narvk", "demo-video", "jump-square", "7"), (picture.Text["Software"], picture.Text["Model"], picture.Text["Class"], picture.Text["Seed"]));
        Assert.Equal("cfg 2.5, cfg-interval -1, temperature 0.7, top-k 0, top-p 1", picture.Text["Settings"]);
        Assert.Contains(result.ErrorLines, line => line.Contains("load ") && line.Contains("prefill 0.20 s") && line.Contains("tokens/s"));
    }

    [Fact]
    public void Run_Verify_AsksTheEngineToCompareChecksums()
    {
        Assert.Equal(0, cli.Run("--video", "demo", "--class", "1", "--seed", "7").Code);
        Assert.False(cli.Engine.LoadOptions!.VerifyChecksums);
        Assert.Equal(0, cli.Run("--video", "demo", "--class", "1", "--seed", "7", "--verify").Code);
        Assert.True(cli.Engine.LoadOptions!.VerifyChecksums);
    }

    [Fact]
    public void Run_WhatTheLibraryPassedOver_IsShownOnceAsAWarning()
    {
        cli.Engine.DuringGeneration = () =>
        {
            cli.Engine.ContextOptions!.Notice!("the cache is\ndamaged");
            cli.Engine.ContextOptions.Notice("the cache is\ndamaged");
        };
        CliResult result = cli.Run("--video", "demo", "--class", "1", "--seed", "7");
        Assert.Equal(0, result.Code);
        Assert.Equal("narvk: warning: the cache is damaged", result.ErrorLines[^1]);
        Assert.Single(result.ErrorLines, line => line.Contains("warning"));
        Assert.Empty(cli.Run("--video", "demo", "--class", "1", "--seed", "7", "--quiet").ErrorLines);
    }

    [Fact]
    public void Run_ThatFails_SaysNothingOfWhatWasPassedOver()
    {
        cli.Engine.DuringGeneration = () =>
        {
            cli.Engine.ContextOptions!.Notice!("the cache is damaged");
            throw new DeviceException("the device was lost");
        };
        Assert.Contains("the device was lost", cli.Run("--video", "demo", "--class", "1", "--seed", "7").FailsWith(4));
    }

    [Fact]
    public void Run_GenerateSubcommand_IsTheSame()
    {
        CliResult plain = cli.Run("--video", "demo", "--class", "1", "--seed", "7");
        CliResult named = cli.Run("generate", "--video", "demo", "--class", "1", "--seed", "7");
        Assert.Equal((0, 0), (plain.Code, named.Code));
        Assert.Equal(plain.Output, named.Output);
    }

    [Fact]
    public void Run_Options_ReachTheEngine()
    {
        cli.Run("--video", "demo", "--class", "0", "--seed", "0xFF", "--cfg", "3.5", "--cfg-interval", "9", "--temperature", "0.5", "--top-k", "10",
            "--top-p", "0.9", "--greedy", "--precision", "bf16", "--device", "nvidia", "--dump-logits", "l.npy");
        NarGenerationRequest request = cli.Engine.Request!;
        Assert.Equal(255ul, request.Seed);
        Assert.Equal(
            new NarSampling { GuidanceScale = 3.5f, GuidanceInterval = 9, Temperature = 0.5f, TopK = 10, TopP = 0.9f, Greedy = true }, request.Sampling);
        Assert.True(request.KeepLogits);
        Assert.Equal((NarPrecision.BFloat16, "nvidia"), (cli.Engine.LoadOptions!.Precision, cli.Engine.ContextOptions!.Device));
    }

    [Theory]
    [InlineData("fp32", NarPrecision.Float32)]
    [InlineData("fp16", NarPrecision.Float16)]
    [InlineData("Q8", NarPrecision.Q8)]
    [InlineData("auto", NarPrecision.Auto)]
    public void Run_Precision_ReachesTheEngine(string word, NarPrecision precision)
    {
        cli.Run("--video", "demo", "--class", "0", "--precision", word);

        Assert.Equal(precision, cli.Engine.LoadOptions!.Precision);
    }

    [Fact]
    public void Run_NothingSaidAboutSampling_UsesTheModelsDefaults()
    {
        cli.Run("--video", "demo", "--class", "0", "--seed", "1");
        Assert.Equal(new NarSampling { GuidanceScale = 2.5f, Temperature = 0.7f }, cli.Engine.Request!.Sampling);
        Assert.False(cli.Engine.Request.KeepLogits);
    }

    [Fact]
    public void Run_NoSeedAndNoClass_DrawsAndPrintsBoth()
    {
        CliResult result = cli.Run("--video", "demo");
        Assert.Contains(result.ErrorLines, line => line.StartsWith($"narvk: seed {cli.Engine.Request!.Seed} "));
        int id = Assert.Single(cli.Engine.Request!.Classes);
        Assert.Contains(result.ErrorLines, line => line == $"narvk: class {id} ({FakeEngine.ClassNames[id]}), drawn from the seed");
        ulong first = cli.Engine.Request.Seed;
        cli.Run("--video", "demo");
        Assert.NotEqual(first, cli.Engine.Request.Seed);
        cli.Run("--video", "demo", "--seed", first.ToString());
        Assert.Equal(id, Assert.Single(cli.Engine.Request.Classes));
    }

    [Fact]
    public void Run_UcfNotInstalled_SaysSoInOneLineUnlessQuiet()
    {
        CliResult result = cli.Run("--video", "ucf", "--frames", "2", "--seed", "1");
        Assert.Equal(0, result.Code);
        Assert.Single(result.ErrorLines, line => line.Contains("is not installed") && line.Contains("demo model"));
        Assert.Equal(2, PngReader.Read(cli.Folder[result.OutputLines[0]], "x").Frames.Count);
        CliResult quiet = cli.Run("--video", "ucf", "--quiet", "--seed", "1");
        Assert.Equal((0, "", ""), (quiet.Code, quiet.Output, quiet.Error));
    }

    [Fact]
    public void Run_ClassesAndCount_GiveEachSampleTheStreamOfItsPlaceInItsClass()
    {
        cli.Run("--video", "demo", "--class", "1", "--seed", "1");
        Assert.Equal([0x2_0000u], cli.Engine.Request!.Streams!);
        cli.Run("--video", "demo", "--class", "3,1,3", "--seed", "1");
        Assert.Equal([0x4_0000u, 0x2_0000, 0x4_0001], cli.Engine.Request!.Streams!);
        CliResult result = cli.Run("--video", "demo", "--class", "3,1", "--count", "2", "--seed", "1", "--dump-tokens", "t.npy", "--dump-logits", "l.npy", "--dump-frames", "f.npy");
        Assert.Equal([3, 3, 1, 1], cli.Engine.Request!.Classes);
        Assert.Equal([0x4_0000u, 0x4_0001, 0x2_0000, 0x2_0001], cli.Engine.Request!.Streams!);
        NpyArray tokens = NpyFile.Read(cli.Folder["t.npy"]);
        Assert.Equal([4, FakeEngine.TokenCount], tokens.Shape);
        // The fake's tokens start at place + class: they are written as they were generated.
        int[] starts = [.. tokens.ToInts().Chunk(FakeEngine.TokenCount).Select(row => row[0])];
        Assert.Equal([(0 + 3) % 4, (1 + 3) % 4, (2 + 1) % 4, (3 + 1) % 4], starts);
        NpyArray logits = NpyFile.Read(cli.Folder["l.npy"]);
        Assert.Equal([4, FakeEngine.TokenCount, FakeEngine.Vocabulary], logits.Shape);
        Assert.Equal([0f, 1f, 2f, 3f], logits.ToFloats().Chunk(FakeEngine.TokenCount * FakeEngine.Vocabulary).Select(row => row[0]));
        Assert.Equal([4, 3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], NpyFile.Read(cli.Folder["f.npy"]).Shape);
        string second = result.OutputLines.Single(line => line.EndsWith("zoom-in-ring-seed1-1.png"));
        Assert.Equal(FakeEngine.Shade(1, 0), PngReader.Read(cli.Folder[second], "x").Frames[0].Pixels[0]);
    }

    [Fact]
    public void Run_SeveralSamples_AlsoWritesAContactSheet()
    {
        CliResult result = cli.Run("--video", "demo", "--class", "0-2", "--seed", "1");
        Assert.Equal(4, result.OutputLines.Count);
        string sheet = Path.Combine("out", "demo-video-sheet-seed1.png");
        Assert.Equal(sheet, result.OutputLines[^1]);
        Assert.Single(PngReader.Read(cli.Folder[sheet], sheet).Frames);
    }

    [Fact]
    public void Run_Scale_EnlargesEveryPixel()
    {
        CliResult result = cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--scale", "3", "--frames", "1");
        RgbImage frame = Assert.Single(PngReader.Read(cli.Folder[result.OutputLines[0]], "x").Frames);
        Assert.Equal((FakeEngine.Width * 3, FakeEngine.Height * 3), (frame.Width, frame.Height));
    }

    [Fact]
    public void Run_PngFormat_WritesAFilePerFrame()
    {
        CliResult result = cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--format", "png", "--out", "frames/");
        Assert.Equal(Enumerable.Range(0, 4).Select(i => Path.Combine("frames/", "demo-video-bounce-ball-seed1", $"frame-{i}.png")), result.OutputLines);
        Assert.All(result.OutputLines, file => Assert.Single(PngReader.Read(cli.Folder[file], file).Frames));
    }

    [Fact]
    public void Run_Json_IsOneObjectOnStandardOutput()
    {
        CliResult result = cli.Run("--video", "ucf", "--class", "1,none", "--seed", "18446744073709551615", "--json");
        Assert.Equal(0, result.Code);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(ulong.MaxValue, root.GetProperty("seed").GetUInt64());
        Assert.Equal(3, root.GetProperty("files").GetArrayLength());
        Assert.Equal("Fake device", root.GetProperty("device").GetProperty("name").GetString());
        Assert.Equal([1, -1], root.GetProperty("classes").EnumerateArray().Select(entry => entry.GetProperty("id").GetInt32()));
        Assert.Equal("fp32", root.GetProperty("model").GetProperty("precision").GetString());
        Assert.Equal("ucf", root.GetProperty("model").GetProperty("standsInFor").GetString());
        Assert.Equal(2 * FakeEngine.TokenCount, root.GetProperty("tokens").GetInt32());
        Assert.Equal(32, root.GetProperty("tokensPerSecond").GetDouble()); // 16 tokens in 0.2 + 0.3 s
        Assert.Equal(12345, root.GetProperty("peakDeviceMemoryBytes").GetInt64());
        JsonElement seconds = root.GetProperty("seconds");
        Assert.All(["load", "prefill", "steps", "decode", "write", "total"], phase => Assert.True(seconds.TryGetProperty(phase, out _), phase));
        Assert.All(root.GetProperty("files").EnumerateArray(), file => Assert.True(File.Exists(cli.Folder[file.GetString()!])));
    }

    [Fact]
    public void Run_TokensOnly_NeedsNoTokenizer()
    {
        cli.Install("tokens-only", tokenizer: false);
        CliResult result = cli.Run("--video", "tokens-only", "--class", "0,4,2", "--greedy", "--dump-tokens", "deep/t.npy");
        Assert.Equal(0, result.Code);
        Assert.Equal(["deep/t.npy"], result.OutputLines);
        Assert.False(cli.Engine.Request!.DecodeFrames);
        Assert.False(Directory.Exists(cli.Folder["out"]));
    }

    [Fact]
    public void Run_FramePrediction_PassesTheConditionOfEveryCopy()
    {
        cli.Install("predictor", "nar-c2v-fp");
        cli.Engine.Conditions = 3;
        cli.Engine.Classes = 0;
        NpyFile.Write(cli.Folder["c.npy"], [2, 3], [1, 2, 4, 3, 0, 4]);
        CliResult result = cli.Run("--video", "predictor", "--condition-tokens", "c.npy", "--count", "2", "--seed", "1");
        Assert.Equal(0, result.Code);
        Assert.Equal([1, 2, 4, 1, 2, 4, 3, 0, 4, 3, 0, 4], cli.Engine.Request!.ConditionTokens!);
        Assert.Equal([0x1_0000u, 0x1_0001, 0x2_0000, 0x2_0001], cli.Engine.Request.Streams!);
        Assert.Equal([-1, -1, -1, -1], cli.Engine.Request.Classes);
        NpyFile.Write(cli.Folder["c.npy"], [6], [1, 2, 4, 3, 0, 4]);
        Assert.Contains("[B,Tc]", cli.Run("--video", "predictor", "--condition-tokens", "c.npy", "--seed", "1").FailsWith(2));
    }

    [Fact]
    public void Run_Cancelled_ExitsWith130AndLeavesNothing()
    {
        using CancellationTokenSource source = new();
        cli.Engine.DuringGeneration = source.Cancel;
        CliResult result = cli.Run(source.Token, "--video", "demo", "--seed", "1", "--quiet");
        Assert.Contains("cancelled", result.FailsWith(130));
        Assert.False(Directory.Exists(cli.Folder["out"]));
    }

    [Theory]
    [InlineData("--dump-tokens"), InlineData("--dump-logits"), InlineData("--dump-frames"), InlineData("--npz")]
    public void Run_OutputIsAFolder_IsRefusedBeforeAnyWork(string option)
    {
        Directory.CreateDirectory(cli.Folder["taken"]);
        Assert.Contains($"{option} taken: is a folder; name a file", cli.Run("--video", "demo", "--seed", "1", option, "taken").FailsWith(2));
        Assert.Null(cli.Engine.Request);
    }

    [Fact]
    public void Run_OutputCannotBeWritten_ExitsWith1AndLeavesTheOldFile()
    {
        File.WriteAllText(cli.Folder["file"], "old");
        Assert.Contains("file", cli.Run("--video", "demo", "--seed", "1", "--quiet", "--out", "file/clip.png").FailsWith(1));
        Assert.Equal("old", File.ReadAllText(cli.Folder["file"]));
        Assert.DoesNotContain(cli.Folder.Files, file => file.EndsWith(".tmp"));
    }

    [SkippableFact]
    public void Run_TwoOutputsToOneFile_AreRefusedThroughALinkAndAllowedForADevice()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege and there is no /dev/null");
        Assert.Equal(0, cli.Run("--video", "demo", "--seed", "1", "--dump-tokens", "/dev/null", "--dump-logits", "/dev/null").Code);
        File.WriteAllText(cli.Folder["real.npy"], "old");
        File.CreateSymbolicLink(cli.Folder["link.npy"], cli.Folder["real.npy"]);
        Assert.Contains("--dump-tokens and --dump-logits", cli.Run("--video", "demo", "--dump-tokens", "real.npy", "--dump-logits", "link.npy").FailsWith(2));
        Assert.Equal("old", File.ReadAllText(cli.Folder["real.npy"]));
    }

    [Fact]
    public void Run_AFrameFileCannotBeWritten_LeavesNothingOfTheClipAndTheOldFiles()
    {
        File.WriteAllText(cli.Folder["clip-0.png"], "old");
        Directory.CreateDirectory(cli.Folder["clip-2.png"]);
        Assert.Contains("clip-2.png", cli.Run("--video", "demo", "--seed", "1", "--quiet", "--format", "png", "--out", "clip.png").FailsWith(1));
        Assert.Equal(["clip-0.png"], cli.Folder.Files.Where(file => !file.StartsWith("program")));
        Assert.Equal("old", File.ReadAllText(cli.Folder["clip-0.png"]));
    }

    [Fact]
    public void Run_OneFrameInANamedFile_WritesExactlyThatFile()
    {
        CliResult result = cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--format", "png", "--frames", "1", "--out", "pf2.png");
        Assert.Equal(["pf2.png"], result.OutputLines);
        Assert.Single(PngReader.Read(cli.Folder["pf2.png"], "x").Frames);
    }

    [SkippableFact]
    public void Run_DiskFull_SaysSoInOneLine()
    {
        Skip.IfNot(File.Exists("/dev/full"), "this system has no /dev/full");
        Assert.Contains("disk is full", cli.Run("--video", "demo", "--seed", "1", "--quiet", "--dump-logits", "/dev/full").FailsWith(1));
    }

    [Fact]
    public void Run_FileExists_IsReplacedByAWholeOne()
    {
        File.WriteAllText(cli.Folder["clip.png"], "old");
        Assert.Equal(0, cli.Run("--video", "demo", "--class", "0", "--seed", "1", "--out", "clip.png").Code);
        Assert.Equal(FakeEngine.FrameCount, PngReader.Read(cli.Folder["clip.png"], "x").Frames.Count);
    }

    [Fact]
    public void Run_TooManySamples_IsRefusedBeforeGenerating()
    {
        CliResult result = cli.Run("--video", "demo", "--class", string.Join(',', Enumerable.Repeat("0-4", 40_000)), "--count", "100000", "--seed", "1", "--quiet");
        Assert.Contains("split them", result.FailsWith(2));
        Assert.Null(cli.Engine.Request);
    }
}
