using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class ModelFolderTests
{
    private const string Manifest = """
        {
          "format": 1,
          "name": "golden",
          "generator": { "architecture": "nar-c2v", "weights": "g.pth", "heads": 4, "grid": [2, 4, 4] },
          "tokenizer": { "kind": "larp", "weights": "t.pth", "config": "sub/config.json" },
          "sampling": { "cfg": 1.25, "temperature": 0.7 },
          "classes": "classes.txt",
          "later": { "anything": [1, 2] }
        }
        """;

    [Fact]
    public void Open_Manifest_ReadsWhatItSaysAndDefaultsTheRest()
    {
        using TemporaryFolder files = new();
        WriteModel(files, Manifest);

        ModelFolder folder = ModelFolder.Open(files.Path);

        Assert.Equal("golden", folder.Name);
        Assert.Equal(Architecture.NarClassToVideo, folder.Generator!.Architecture);
        Assert.Equal(files.File("g.pth"), folder.Generator.WeightsPath);
        Assert.Equal(4, folder.Generator.Heads);
        Assert.Equal([2, 4, 4], folder.Generator.Grid);
        Assert.Equal(1, folder.Generator.ConditionTokens);
        Assert.Equal(2, folder.Generator.ExtraHeadBlocks);
        Assert.Equal(TokenizerKind.Larp, folder.Tokenizer!.Kind);
        Assert.Equal(files.File("sub/config.json"), folder.Tokenizer.ConfigPath);
        Assert.Equal(new SamplingDefaults { Guidance = 1.25f, Temperature = 0.7f }, folder.Sampling);
        Assert.Equal(["Archery", "Basketball"], folder.Classes!);
        Assert.Null(folder.Text);
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "format is 2, but this version reads 1")]
    [InlineData("\"format\": 1", "\"format\": \"1\"", "format must be a whole number")]
    [InlineData("\"golden\"", "7", "name must be a string")]
    [InlineData("nar-c2v", "gpt", "generator.architecture is 'gpt', but must be one of nar-c2i,")]
    [InlineData("\"architecture\": \"nar-c2v\", ", "", "generator.architecture is missing")]
    [InlineData("\"g.pth\"", "\"gone.pth\"", "generator.weights names 'gone.pth', which does not exist")]
    [InlineData("\"g.pth\"", "\"/etc/passwd\"", "generator.weights is '/etc/passwd', but must be a path relative")]
    [InlineData("\"g.pth\"", "\"\"", "generator.weights is '', but must be a path relative")]
    [InlineData("\"g.pth\"", "\"a\\u0000b\"", "must be a path relative")]
    [InlineData("\"g.pth\"", "\"\\uD800\"", "not valid UTF-8")]
    [InlineData("\"heads\": 4, ", "", "generator.heads is missing")]
    [InlineData("\"heads\": 4", "\"heads\": 0", "generator.heads must be a whole number from 1 to")]
    [InlineData("\"heads\": 4", "\"heads\": 4.5", "generator.heads must be a whole number")]
    [InlineData("[2, 4, 4]", "[4, 4]", "generator.grid has 2 numbers, but a video model needs [frames, rows, columns]")]
    [InlineData("[2, 4, 4]", "[2, 0, 4]", "generator.grid[1] must be a whole number from 1 to 4096")]
    [InlineData("[2, 4, 4]", "[2, 4, \"x\"]", "generator.grid[2] must be a whole number")]
    [InlineData("[2, 4, 4]", "[4096, 4096, 4096]", "generator.grid has more than 1048576 tokens")]
    [InlineData("[2, 4, 4]", "16", "generator.grid must be a list")]
    [InlineData("\"larp\"", "\"vae\"", "tokenizer.kind is 'vae', but must be larp or vq")]
    [InlineData("sub/config.json", "sub", "tokenizer.config names 'sub', which does not exist")]
    [InlineData("\"cfg\": 1.25", "\"cfg\": -1", "sampling.cfg must be a number from 0")]
    [InlineData("\"cfg\": 1.25", "\"cfg\": 1e999", "sampling.cfg must be a number")]
    [InlineData("\"cfg\": 1.25", "\"topP\": 2", "sampling.topP must be a number from 0 to 1")]
    [InlineData("\"cfg\": 1.25", "\"topK\": -2", "sampling.topK must be a whole number")]
    [InlineData("\"classes.txt\"", "\"blank.txt\"", "line 2 is blank")]
    [InlineData("\"classes.txt\"", "\"escape.txt\"", "line 2 has a control character")]
    [InlineData("\"classes.txt\"", "\"sub/../../gone\"", "classes is 'sub/../../gone', but must be a file in the folder of narvk.json")]
    [InlineData("\"golden\"", "\"\\u001b[2J\"", "name has a control character")]
    [InlineData("\"later\": {", "\"name\": {", "a field occurs twice")]
    [InlineData("\"format\": 1,", "\"format\": 1", "not valid JSON at line 3")]
    public void Open_WrongManifest_SaysWhereAndWhat(string correct, string wrong, string problem)
    {
        using TemporaryFolder files = new();
        WriteModel(files, Manifest.Replace(correct, wrong, StringComparison.Ordinal));

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path));

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(files.Path, refusal.Path, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    [Fact]
    public void Open_ClassesInAnotherFolder_AreRefusedAndNotShown()
    {
        using TemporaryFolder files = new();
        files.Write("secret.txt", "the secret\n\nmore of it\n");
        WriteModel(files, "model/", Manifest.Replace("classes.txt", "../secret.txt", StringComparison.Ordinal));

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.File("model")));

        Assert.Contains("classes is '../secret.txt', but must be a file in the folder of narvk.json", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WeightsInAnotherFolder_AreFound()
    {
        using TemporaryFolder files = new();
        string shared = files.Write("shared.pth", "x");
        WriteModel(files, "model/", Manifest.Replace("g.pth", "../shared.pth", StringComparison.Ordinal));

        Assert.Equal(shared, ModelFolder.Open(files.File("model")).Generator!.WeightsPath);
    }

    [Theory]
    [InlineData("nar-c2v-fp", "[1, 2, 2]", 2, 5, 1f)]
    [InlineData("larp-c2v", "[1, 2, 2]", 0, 1, 1f)]
    [InlineData("nar-c2i", "[2, 2]", 1, 1, 1f)]
    [InlineData("nar-t2i", "[2, 2]", 1, 120, 7.5f)]
    [InlineData("llamagen-t2i", "[2, 2]", 0, 120, 7.5f)]
    public void Open_EveryArchitecture_HasItsOwnDefaults(string architecture, string grid, int extraHeadBlocks, int conditionTokens, float guidance)
    {
        using TemporaryFolder files = new();
        WriteModel(files, $$"""{"generator":{"architecture":"{{architecture}}","weights":"../{{Path.GetFileName(files.Path)}}/g.pth","heads":2,"grid":{{grid}}} }""");

        ModelFolder folder = ModelFolder.Open(files.Path);

        Assert.Equal(extraHeadBlocks, folder.Generator!.ExtraHeadBlocks);
        Assert.Equal(conditionTokens, folder.Generator.ConditionTokens);
        Assert.Equal(files.File("g.pth"), folder.Generator.WeightsPath);
        Assert.Equal(Path.GetFileName(files.Path), folder.Name);
        Assert.Null(folder.Tokenizer);
        Assert.Null(folder.Classes);
        Assert.Equal(new SamplingDefaults { Guidance = guidance }, folder.Sampling);
    }

    [Fact]
    public void Open_BundledDemoModel_NamesItsClassesAndItsGridFits()
    {
        ModelFolder folder = ModelFolder.Open(Path.Combine(TestPaths.RepositoryRoot, "weights", "demo-video"));
        using WeightFile generator = WeightFile.Open(folder.Generator!.WeightsPath);
        using WeightFile tokenizer = WeightFile.Open(folder.Tokenizer!.WeightsPath);
        RecognizedModel model = ModelRecognizer.Recognize(generator)!;
        LarpTokenizerConfig config = LarpTokenizerConfig.Read(folder.Tokenizer, tokenizer);
        int tokens = folder.Generator.Grid.Aggregate(1, (product, side) => product * side);

        Assert.Equal(folder.Generator.Architecture, model.Architecture);
        Assert.Equal(model.Classes, folder.Classes!.Count);
        Assert.Equal(model.VisualTokens, tokens);
        Assert.Equal(config.LatentTokens, tokens);
        Assert.Equal(model.Vocabulary, config.CodebookSize);
    }

    [Fact]
    public void Open_TextToImage_HasTextAndItsConditionLength()
    {
        using TemporaryFolder files = new();
        WriteModel(files, """
            {"generator":{"architecture":"nar-t2i","weights":"g.pth","heads":2,"grid":[2,2]},
             "text":{"weights":"t.pth","tokenizer":"g.pth","config":"sub/config.json","tokens":77}}
            """);

        ModelFolder folder = ModelFolder.Open(files.Path);

        Assert.Equal(120, folder.Generator!.ConditionTokens);
        Assert.Equal(new TextDescription(files.File("t.pth"), files.File("g.pth"), files.File("sub/config.json"), 77), folder.Text);
    }

    [Fact]
    public void Open_ParallelModel_TakesItsGroupSizeOrLeavesItToTheWeights()
    {
        using TemporaryFolder files = new();
        const string manifest = """{"generator":{"architecture":"par-c2i","weights":"g.pth","heads":2,"grid":[4,4],"parallelTokens":4}}""";
        WriteModel(files, manifest);
        Assert.Equal(4, ModelFolder.Open(files.Path).Generator!.ParallelTokens);

        WriteModel(files, manifest.Replace(",\"parallelTokens\":4", "", StringComparison.Ordinal));
        // The weights tell: one special token less than the group has tokens.
        Assert.Equal(0, ModelFolder.Open(files.Path).Generator!.ParallelTokens);
    }

    [Theory]
    [InlineData("{}", "names no generator, tokenizer or text encoder")]
    [InlineData("[]", "the file must be a JSON object")]
    public void Open_ManifestOfNothing_IsRefused(string manifest, string problem)
    {
        using TemporaryFolder files = new();
        WriteModel(files, manifest);

        Assert.Contains(problem, Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderWithoutModel_SaysSo()
    {
        using TemporaryFolder files = new();
        string file = files.Write("file", "x");

        Assert.Contains("neither narvk.json nor config.json", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.File("gone"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a file, but a model folder", Assert.Throws<ModelFileException>(() => ModelFolder.Open(file)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("../victim/secret.txt")]
    [InlineData("ABSOLUTE")]
    [InlineData("second")]
    [InlineData("out/secret.txt")]
    // The folder that ".." counts from is the link's, so that the text of the path seems to stay inside.
    [InlineData("deep/../secret.txt")]
    public void Open_ClassListThatIsALinkOutOfTheFolder_IsRefused(string target)
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege");
        using TemporaryFolder files = new();
        string secret = files.Write("victim/secret.txt", "a secret\n");
        files.Write("victim/inner/x", "x");
        WriteModel(files, "model/", Manifest.Replace("classes.txt", "list.txt", StringComparison.Ordinal));
        files.Write("model/secret.txt", "another\n");
        File.CreateSymbolicLink(files.File("model/second"), "../victim/secret.txt");
        Directory.CreateSymbolicLink(files.File("model/out"), "../victim");
        Directory.CreateSymbolicLink(files.File("model/deep"), "../victim/inner");
        File.CreateSymbolicLink(files.File("model/list.txt"), target == "ABSOLUTE" ? secret : target);

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.File("model")));

        Assert.Contains("classes is 'list.txt', but must be a file in the folder of narvk.json, and no link that leads out of it", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cache/snapshots/abc/", "../../blobs/1")]
    [InlineData("model/", "sub/names.txt")]
    public void Open_LinksWithinTheModelOrIntoTheHubsCache_AreFollowed(string folder, string target)
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege");
        using TemporaryFolder files = new();
        WriteModel(files, folder, Manifest);
        File.Delete(files.File(folder + "classes.txt"));
        files.Write(folder + target, "Juggling\n");
        File.CreateSymbolicLink(files.File(folder + "classes.txt"), target);
        // Weights are not shown, so that theirs may lead anywhere.
        File.Delete(files.File(folder + "g.pth"));
        File.CreateSymbolicLink(files.File(folder + "g.pth"), files.Write("elsewhere/g.pth", "x"));
        // And the folder itself may be reached through a link.
        Directory.CreateSymbolicLink(files.File("link"), files.File(folder.TrimEnd('/')));

        Assert.Equal(["Juggling"], ModelFolder.Open(files.File(folder)).Classes);
        Assert.Equal(["Juggling"], ModelFolder.Open(files.File("link")).Classes);
    }

    [SkippableFact]
    public void Open_ClassListInOtherBlobs_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege");
        using TemporaryFolder files = new();
        WriteModel(files, "cache/snapshots/abc/", Manifest);
        File.Delete(files.File("cache/snapshots/abc/classes.txt"));
        files.Write("others/1", "a secret\n");
        Directory.CreateSymbolicLink(files.File("cache/blobs"), files.File("others"));
        File.CreateSymbolicLink(files.File("cache/snapshots/abc/classes.txt"), "../../blobs/1");

        Assert.Contains("no link that leads out of it", Assert.Throws<ModelFileException>(() => ModelFolder.Open(files.File("cache/snapshots/abc"))).Message, StringComparison.Ordinal);
    }

    internal static void WriteModel(TemporaryFolder files, string manifest) => WriteModel(files, "", manifest);

    private static void WriteModel(TemporaryFolder files, string folder, string manifest)
    {
        files.Write(folder + "narvk.json", manifest);
        files.Write(folder + "g.pth", "x");
        files.Write(folder + "t.pth", "x");
        files.Write(folder + "sub/config.json", "{}");
        files.Write(folder + "escape.txt", "Archery\n\u001b[2JBasketball\n");
        files.Write(folder + "blank.txt", "Archery\n\nBasketball\n");
        files.Write(folder + "classes.txt", "Archery\r\nBasketball\n");
    }
}
