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

    internal static void WriteModel(TemporaryFolder files, string manifest)
    {
        files.Write("narvk.json", manifest);
        files.Write("g.pth", "x");
        files.Write("t.pth", "x");
        files.Write("sub/config.json", "{}");
        files.Write("classes.txt", "Archery\r\nBasketball\n");
    }
}
