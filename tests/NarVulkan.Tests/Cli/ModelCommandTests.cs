using System.Text.Json;
using System.Text.RegularExpressions;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class ModelCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Models_SomeInstalled_SaysWhatAndWhereAndWhatIsMissing()
    {
        cli.Install("demo-video", classes: ["a", "b"]);
        File.WriteAllText(Path.Combine(cli.Install("broken"), "narvk.json"), "{ \"format\": 99 }");
        CliResult result = cli.Run("models");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches("demo-video +nar-c2v, 2x2x2 tokens, larp tokenizer, 2 named classes", result.Output);
        Assert.Matches("broken +not usable: .*format", result.Output);
        Assert.Matches("ucf +NAR video generator", result.Output);
        Assert.Matches("imagenet +NAR image generator .*demo-image stands in", result.Output);
        Assert.Matches("program/weights +beside the program", result.Output);
        using JsonDocument document = JsonDocument.Parse(cli.Run("models", "--json").Output);
        Assert.Equal(["ucf", "imagenet"], document.RootElement.GetProperty("notInstalled").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(2, document.RootElement.GetProperty("models").GetArrayLength());
    }

    [Fact]
    public void Inspect_GoldenCheckpoint_ListsTensorsAndTellsTheModel()
    {
        CliResult result = cli.Run("inspect", TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches("nar-c2v, width 64, .* 64 codes, 32 tokens, 11 classes", result.OutputLines[0]);
        Assert.Matches(@"abs_pe +F32 +\[1, 33, 64\]", result.Output);
    }

    [Fact]
    public void Inspect_ModelFolder_ShowsItsFilesInNaturalOrder()
    {
        CliResult result = cli.Run("inspect", TestPaths.Fixture("demo-model-first"), "--json");
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement files = document.RootElement.GetProperty("files");
        Assert.Equal(["nar-c2v", "LARP video tokenizer"], files.EnumerateArray().Select(file => file.GetProperty("model").GetString()));
        List<string> names = files[0].GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()!).ToList();
        Assert.Equal("abs_pe", names[0]);
        Assert.Contains("output_R.weight", names);
    }

    [Fact]
    public void Inspect_ModelFolder_ListsItsClasses()
    {
        string folder = TestPaths.Fixture("demo-model-first");
        IReadOnlyList<string> classes = ModelFolder.Open(folder).Classes!;
        Assert.NotEmpty(classes);
        CliResult result = cli.Run("inspect", folder);
        Assert.All(classes.Select((name, id) => (name, id)), entry => Assert.Matches($@"(?m)^ +{entry.id} +{Regex.Escape(entry.name)}\s*$", result.Output));
        using JsonDocument document = JsonDocument.Parse(cli.Run("inspect", folder, "--json").Output);
        Assert.Equal(classes, document.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Inspect_DamagedFile_ExitsWith3()
    {
        File.WriteAllBytes(cli.Folder["x.safetensors"], [1, 2, 3]);
        Assert.Contains("x.safetensors", cli.Run("inspect", "x.safetensors").FailsWith(3));
        Directory.CreateDirectory(cli.Folder["empty"]);
        Assert.Contains("narvk.json", cli.Run("inspect", "empty").FailsWith(3));
    }
}
