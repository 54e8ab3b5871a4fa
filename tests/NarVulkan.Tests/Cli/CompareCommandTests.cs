using System.Text.Json;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class CompareCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose()
    {
        FakeRandomModel.Tamper = null;
        cli.Dispose();
    }

    [Fact]
    public void Compare_NoModel_PrintsTheSchedulesOfImagesSideBySide()
    {
        CliResult result = cli.Run("--compare");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("tiny: width 384, 6 blocks, 6 heads; 16x16 tokens of 16384; fp32", result.OutputLines[0]);
        Assert.Equal("Fake device; 1 sample, no guidance; median of 3 runs, from the condition to the last token", result.OutputLines[1]);
        string[] lines = result.OutputLines.Skip(2).ToArray();
        // Seconds: 0.1 and a hundredth for each further step, whatever the slow run took.
        Assert.Equal(
            [
                "  schedule        steps  seconds  tokens/s  speed-up  parameters",
                "  raster            256    2.650        97     1.00x   1,000,000",
                "  PAR, 4 tokens      67    0.760       337     3.49x   1,000,000",
                "  PAR, 16 tokens     31    0.400       640     6.63x   1,000,000",
                "  NAR                31    0.400       640     6.63x   1,234,567*",
                "* NAR has the 1 further block for its heads that it was published with, on top of the 6: 234,567 parameters more than raster",
                "all weights are random: the times are those of real ones, the tokens are noise",
            ],
            lines);
        Assert.All(cli.Engine.Randoms, model => Assert.True(model.Disposed));
    }

    [Fact]
    public void Compare_Runs_TakeTurnsAfterAWarmUp()
    {
        Assert.Equal(0, cli.Run("--compare", "--runs", "4").Code);
        string[] round = ["llamagen-c2i 0", "par-c2i 4", "par-c2i 16", "nar-c2i 0"];
        Assert.Equal(Enumerable.Repeat(round, 5).SelectMany(names => names), cli.Engine.RandomRuns);
    }

    [Fact]
    public void Compare_Options_ReachTheEngine()
    {
        Assert.Equal(0, cli.Run("--compare", "--size", "xl", "--grid", "24,20", "--count", "3", "--cfg", "4", "--seed", "7", "--precision", "bf16", "--device", "x").Code);
        Assert.All(cli.Engine.Randoms, model =>
        {
            Assert.Equal((1280, 36, 20, 16384, 1000), (model.Random.Width, model.Random.Blocks, model.Random.Heads, model.Random.Vocabulary, model.Random.Classes));
            Assert.Equal([24, 20], model.Random.Grid);
            Assert.Equal(NarPrecision.BFloat16, model.Options.Precision);
            Assert.Equal([0, 1, 2], model.Request!.Classes);
            Assert.Equal((7ul, 4f, false), (model.Request.Seed, model.Request.Sampling.GuidanceScale, model.Request.DecodeFrames));
        });
        Assert.Equal("x", cli.Engine.ContextOptions!.Device);
    }

    [Theory]
    [InlineData("6,10", "llamagen-c2i 0,par-c2i 4,nar-c2i 0")]
    [InlineData("5,8", "llamagen-c2i 0,nar-c2i 0")]
    [InlineData("4,16,16", "larp-c2v 0,nar-c2v 0")]
    public void Compare_Grid_DecidesWhichSchedulesThereAre(string grid, string expected)
    {
        Assert.Equal(0, cli.Run("--compare", "--grid", grid).Code);
        Assert.Equal(expected.Split(','), cli.Engine.RandomRuns.Distinct());
    }

    [Fact]
    public void Compare_Video_HasPublishedSizesOfItsOwn()
    {
        CliResult result = cli.Run("--compare", "--grid", "4,16,16", "--size", "LP");
        Assert.Contains("LP: width 1280, 30 blocks, 20 heads; 4x16x16 tokens of 8192", result.OutputLines[0]);
        Assert.Contains(result.OutputLines, line => line.StartsWith("  NAR") && line.Contains(" 34 "));
        Assert.Contains("choose one of S, B, L, LP", cli.Run("--compare", "--grid", "4,16,16", "--size", "7B").FailsWith(2));
    }

    [Fact]
    public void Compare_WithAModel_RunsItsOwnWeightsAgainstRandomOnesOfEqualSize()
    {
        cli.Install("demo-video", classes: FakeEngine.ClassNames);
        CliResult result = cli.Run("--compare", "--video", "demo");
        Assert.True(result.Code == 0, result.Error);
        NarRandomModel raster = Assert.Single(cli.Engine.Randoms).Random;
        NarTransformerSize size = FakeEngine.Transformer;
        Assert.Equal(("larp-c2v", size.Width, size.Blocks, size.Heads, size.FeedForward, FakeEngine.Vocabulary, FakeEngine.ClassNames.Length),
            (raster.Architecture, raster.Width, raster.Blocks, raster.Heads, raster.FeedForward, raster.Vocabulary, raster.Classes));
        Assert.Equal([2, 2, 2], raster.Grid);
        // As the model's own weights are kept.
        Assert.Equal(NarPrecision.Float32, cli.Engine.Randoms[0].Options.Precision);
        Assert.False(cli.Engine.LoadOptions!.Tokenizer);
        // The model's own way of sampling, for all.
        Assert.Equal(2.5f, cli.Engine.Randoms[0].Request!.Sampling.GuidanceScale);
        Assert.Equal("NAR runs the weights of demo-video, the others random ones of the same size", result.OutputLines[^1]);
    }

    [Fact]
    public void Compare_Json_HasARowForEachSchedule()
    {
        using JsonDocument document = JsonDocument.Parse(cli.Run("--compare", "--json").Output);
        JsonElement root = document.RootElement;
        Assert.Equal("compare", root.GetProperty("command").GetString());
        Assert.Equal("Fake device", root.GetProperty("device").GetProperty("name").GetString());
        JsonElement[] rows = root.GetProperty("schedules").EnumerateArray().ToArray();
        Assert.Equal([256, 67, 31, 31], rows.Select(row => row.GetProperty("steps").GetInt32()));
        Assert.Equal([2.65, 0.76, 0.4, 0.4], rows.Select(row => row.GetProperty("seconds").GetDouble()));
        Assert.Equal([1, 3.487, 6.625, 6.625], rows.Select(row => row.GetProperty("speedUp").GetDouble()));
        Assert.Equal([0, 0, 0, 1], rows.Select(row => row.GetProperty("extraHeadBlocks").GetInt32()));
        Assert.All(rows, row => Assert.Equal(3, row.GetProperty("runs").GetArrayLength()));
        Assert.All(rows, row => Assert.Equal("random", row.GetProperty("weights").GetString()));
    }

    [Fact]
    public void Compare_TokensChangeBetweenRuns_IsAnErrorAndNoTimeIsPrinted()
    {
        FakeRandomModel.Tamper = (model, run, tokens) => tokens[^1] = model.ParallelTokens == 16 && run == 2 ? 5 : tokens[^1];
        Assert.Contains("PAR, 16 tokens: two runs with the same seed gave different tokens", cli.Run("--compare", "--quiet").FailsWith(4));
    }

    [Theory]
    [InlineData(16384)]
    [InlineData(-1)]
    public void Compare_TokenOutsideTheCodebook_IsAnError(int token)
    {
        FakeRandomModel.Tamper = (_, _, tokens) => tokens[3] = token;
        Assert.Contains($"raster: token {token} is not in the codebook of 16384", cli.Run("--compare", "--quiet").FailsWith(4));
        Assert.Single(cli.Engine.RandomRuns);
    }

    [Theory]
    [InlineData("--compare --size Q", "--size: there is no image generator of size 'Q'; choose one of B, M, L, XL, XXL, XXXL, 1B, 3B, 7B, tiny")]
    [InlineData("--compare --grid 16", "--grid: '16' is no grid")]
    [InlineData("--compare --grid 0,16", "--grid: '0,16' is no grid")]
    [InlineData("--compare --grid 16,x", "--grid: '16,x' is no grid")]
    [InlineData("--compare --runs 2", "--runs: 2 is out of range")]
    [InlineData("--compare --out x", "--out does not go with --compare")]
    [InlineData("--compare --class 3", "--class does not go with --compare")]
    [InlineData("--compare --npz x.npz", "--npz does not go with --compare")]
    [InlineData("--compare --dump-tokens t.npy", "--dump-tokens does not go with --compare")]
    [InlineData("--compare --video demo --size L", "--size is for random weights")]
    [InlineData("--compare --video demo --grid 16,16", "--grid is for random weights")]
    [InlineData("--compare --model predictor", "takes a NAR class model (nar-c2i or nar-c2v), and predictor is nar-c2v-fp")]
    [InlineData("--video demo --size L", "--size is for comparing schedules; add --compare")]
    [InlineData("--video demo --runs 4", "--runs is for comparing schedules; add --compare")]
    public void Run_WrongUsage_ExitsWith2AndOneLine(string commandLine, string expected)
    {
        cli.Install("demo-video", classes: FakeEngine.ClassNames);
        ModelFolders.Write(cli.Folder["predictor"], "predictor", "nar-c2v-fp", tokenizer: true, generator: true, classes: null);
        Assert.Contains(expected, cli.Run(commandLine.Split(' ')).FailsWith(2));
    }
}
