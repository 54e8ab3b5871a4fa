using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary><c>narvk inspect FILE --init DIR</c>.</summary>
public sealed class InitTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Init_TrainersCheckpointAndTokenizer_MakesAModelThatNamesThemWhereTheyLie()
    {
        CliResult result = cli.Run(
            "inspect", TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"), TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"), "--init", "models/mine");

        Assert.Equal(0, result.Code);
        Assert.Equal(cli.Folder["models/mine/narvk.json"], Assert.Single(result.OutputLines));
        ModelFolder folder = ModelFolder.Open(cli.Folder["models/mine"]);
        Assert.Equal("mine", folder.Name);
        Assert.Equal((Architecture.NarClassToVideo, 4, 1, 2), (folder.Generator!.Architecture, folder.Generator.Heads, folder.Generator.ConditionTokens, folder.Generator.ExtraHeadBlocks));
        Assert.Equal([2, 4, 4], folder.Generator.Grid);
        Assert.Equal(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"), folder.Generator.WeightsPath);
        Assert.Equal(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/config.json"), folder.Tokenizer!.ConfigPath);
        Assert.Equal(1.25f, folder.Sampling.Guidance);
        Assert.False(Path.IsPathRooted(JsonDocument.Parse(File.ReadAllText(cli.Folder["models/mine/narvk.json"])).RootElement.GetProperty("generator").GetProperty("weights").GetString()));
    }

    [Theory]
    [InlineData("c2i_L_256.pt", new[] { 16, 16 })]
    [InlineData("c2i_L_384.pt", new[] { 24, 24 })]
    [InlineData("c2i-384-0000010.pt", new[] { 24, 24 })]
    public void Init_PublishedSize_HasItsHeadsAndTheGridOfItsName(string name, int[] grid)
    {
        WriteGenerator(name, "llamagen-c2i", 1024, 24);

        Assert.Equal(0, cli.Run("inspect", name, "--init", "m").Code);

        GeneratorDescription generator = ModelFolder.Open(cli.Folder["m"]).Generator!;
        Assert.Equal(16, generator.Heads);
        Assert.Equal(grid, generator.Grid);
    }

    [Fact]
    public void Init_FileThatDoesNotTell_AsksForWhatIsMissing()
    {
        WriteGenerator("x.pt", "par-c2i", 8, 3);
        string all = cli.Run("inspect", "x.pt", "--init", "m").FailsWith(2);
        Assert.Contains("tell how many heads it has, and it has no published size, nor its token grid; add --heads N and --grid R,C", all);
        Assert.EndsWith("its token grid; add --grid R,C, such as 16,16 for 256 pixels or 24,24 for 384", cli.Run("inspect", "x.pt", "--init", "m", "--heads", "2").FailsWith(2));
        Assert.EndsWith("and it has no published size; add --heads N", cli.Run("inspect", "x.pt", "--init", "m", "--grid", "8,8").FailsWith(2));
        Assert.Contains("3 heads do not divide its width 8", cli.Run("inspect", "x.pt", "--init", "m", "--heads", "3", "--grid", "8,8").FailsWith(2));
        Assert.Contains("an image model needs R,C", cli.Run("inspect", "x.pt", "--init", "m", "--heads", "2", "--grid", "2,8,8").FailsWith(2));
        Assert.False(Directory.Exists(cli.Folder["m"]));

        Assert.Equal(0, cli.Run("inspect", "x.pt", "--init", "m", "--heads", "2", "--grid", "8,8").Code);

        GeneratorDescription generator = ModelFolder.Open(cli.Folder["m"]).Generator!;
        Assert.Equal((2, 4), (generator.Heads, generator.ParallelTokens));
    }

    [Fact]
    public void Init_TrainersImageSize_IsTheGrid()
    {
        Assert.Equal(0, cli.Run("inspect", TestPaths.Fixture("golden/nar-c2i/0000010.pt"), TestPaths.Fixture("golden/vq-image/vq_tiny.pt"), "--init", "m", "--heads", "4").Code);

        ModelFolder folder = ModelFolder.Open(cli.Folder["m"]);
        Assert.Equal([8, 8], folder.Generator!.Grid);
        Assert.Equal(TokenizerKind.Vq, folder.Tokenizer!.Kind);
        Assert.Equal((4f, 2000), (folder.Sampling.Guidance, folder.Sampling.TopK));
    }

    [Fact]
    public void Init_HubFolder_TakesWhatItsSettingsSay()
    {
        Assert.Equal(0, cli.Run("inspect", TestPaths.Fixture("golden/larp-c2v/hub"), "--init", "m", "--json").Code);

        GeneratorDescription generator = ModelFolder.Open(cli.Folder["m"]).Generator!;
        Assert.Equal((Architecture.LarpClassToVideo, 4), (generator.Architecture, generator.Heads));
        Assert.Equal([2, 4, 4], generator.Grid);
    }

    [Fact]
    public void Init_ClassNames_AreCopiedAndUsed()
    {
        File.WriteAllLines(cli.Folder["names.txt"], ["a", "b"]);
        WriteGenerator("c2i_L_256.pt", "llamagen-c2i", 1024, 24);

        Assert.Equal(0, cli.Run("inspect", "c2i_L_256.pt", "--init", "m", "--classes", "names.txt").Code);

        Assert.Equal(["a", "b"], ModelFolder.Open(cli.Folder["m"]).Classes);
    }

    [Fact]
    public void Init_WrongClassNames_LeaveNoManifest()
    {
        File.WriteAllText(cli.Folder["names.txt"], "a\n\nb\n");
        WriteGenerator("c2i_L_256.pt", "llamagen-c2i", 1024, 24);

        Assert.Contains("line 2 is blank", cli.Run("inspect", "c2i_L_256.pt", "--init", "m", "--classes", "names.txt").FailsWith(3));
        Assert.False(File.Exists(cli.Folder["m/narvk.json"]));
    }

    [Fact]
    public void Init_ManifestThatIsThere_IsNeverReplaced()
    {
        WriteGenerator("c2i_L_256.pt", "llamagen-c2i", 1024, 24);
        Directory.CreateDirectory(cli.Folder["m"]);
        File.WriteAllText(cli.Folder["m/narvk.json"], "mine");

        Assert.Contains("is there already", cli.Run("inspect", "c2i_L_256.pt", "--init", "m").FailsWith(2));
        Assert.Equal("mine", File.ReadAllText(cli.Folder["m/narvk.json"]));
    }

    [Fact]
    public void Init_WrongPartsOrOptions_SayWhat()
    {
        WriteGenerator("c2i_L_256.pt", "llamagen-c2i", 1024, 24);
        WriteGenerator("c2i_B_256.pt", "llamagen-c2i", 768, 12);
        File.WriteAllBytes(cli.Folder["other.safetensors"], SafetensorsFile.OfShapes([("conv1.weight", [3, 3])]));
        File.Copy(TestPaths.Fixture("golden/larp-tokenizer/tokenizer/larp_tokenizer.pth"), cli.Folder["larp.pth"]);

        Assert.Contains("second of two generators", cli.Run("inspect", "c2i_L_256.pt", "c2i_B_256.pt", "--init", "m").FailsWith(2));
        Assert.Contains("of no model that this version knows", cli.Run("inspect", "other.safetensors", "--init", "m").FailsWith(3));
        Assert.Contains("carries no settings of the tokenizer", cli.Run("inspect", "larp.pth", "--init", "m").FailsWith(3));
        Assert.Contains("--heads is for generators", cli.Run("inspect", TestPaths.Fixture("golden/vq-image/vq_tiny.pt"), "--init", "m", "--heads", "2").FailsWith(2));
        Assert.Contains("--heads is for --init", cli.Run("inspect", "c2i_L_256.pt", "--heads", "2").FailsWith(2));
        Assert.Contains("inspect takes one file", cli.Run("inspect", "c2i_L_256.pt", "c2i_B_256.pt").FailsWith(2));
        Assert.Contains("inspect needs a file", cli.Run("inspect").FailsWith(2));
        Assert.False(Directory.Exists(cli.Folder["m"]));
    }

    private void WriteGenerator(string name, string architecture, long width, int layers)
        => File.WriteAllBytes(cli.Folder[name], SafetensorsFile.OfShapes(TinyModels.Generator(Architectures.ByName[architecture], width, layers)));
}
