using System.Text.Json.Nodes;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary><c>--prompts-json</c>: pictures of many prompts, in the folders that GenEval's evaluator reads.</summary>
public sealed class PromptFolderTests : IDisposable
{
    private const string Bench = """{"tag": "single_object", "include": [{"class": "bench", "count": 1}], "prompt": "a photo of a bench"}""";
    private const string Cow = """{"tag":"single_object","include":[{"class":"cow","count":1.50}],"prompt":"a photo of a \u732B"}""";

    private readonly CliRunner cli = new();

    public PromptFolderTests()
    {
        cli.Engine.Conditions = 3;
        string manifest = Path.Combine(cli.Install("reader", "nar-t2i"), "narvk.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["text"] = new JsonObject { ["weights"] = "weights.bin", ["tokenizer"] = "weights.bin", ["config"] = "weights.bin" };
        File.WriteAllText(manifest, json.ToJsonString());
        File.WriteAllText(cli.Folder["p.jsonl"], Bench + "\r\n\n" + Cow + "\n");
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Generate_JsonLines_WritesWhatTheEvaluatorReads()
    {
        CliResult result = Run("--json");

        Assert.Equal(0, result.Code);
        Assert.Equal(
            ["00000/grid.png", "00000/metadata.jsonl", "00000/samples/0000.png", "00000/samples/0001.png", "00000/samples/0002.png", "00000/samples/0003.png",
             "00001/grid.png", "00001/metadata.jsonl", "00001/samples/0000.png", "00001/samples/0001.png", "00001/samples/0002.png", "00001/samples/0003.png", "samples.journal"],
            Files());
        // Each folder has its prompt's own object on one line: the evaluator reads the file as one object.
        Assert.Equal("""{"tag":"single_object","include":[{"class":"bench","count":1}],"prompt":"a photo of a bench"}""" + "\n", File.ReadAllText(cli.Folder["g/00000/metadata.jsonl"]));
        Assert.Equal("a photo of a \u732B", JsonNode.Parse(File.ReadAllText(cli.Folder["g/00001/metadata.jsonl"]))!["prompt"]!.GetValue<string>());
        Assert.Contains("1.50", File.ReadAllText(cli.Folder["g/00001/metadata.jsonl"]), StringComparison.Ordinal);

        PngPicture picture = PngReader.Read(cli.Folder["g/00001/samples/0002.png"], "x");
        Assert.Equal(("a photo of a \u732B", "5", "2", "reader"), (picture.Text["Prompt"], picture.Text["Seed"], picture.Text["Sample"], picture.Text["Model"]));
        Assert.All(picture.Frames[0].Pixels, value => Assert.Equal(FakeEngine.ImageShade(6), value));
        Assert.Equal("a photo of a bench", PngReader.Read(cli.Folder["g/00000/grid.png"], "x").Text["Prompt"]);

        // Samples are those of an ordinary run of the same prompts.
        NarGenerationRequest request = cli.Engine.Request!;
        Assert.Equal(PromptStreams.Of(["a photo of a bench", "a photo of a \u732B"], 4), request.Streams!);
        Assert.Equal(["a photo of a bench", "a photo of a \u732B"], cli.Engine.EncodedPrompts);
        JsonNode json = JsonNode.Parse(result.Output)!;
        Assert.Equal((2, 4, 8, 0, 8), (json["prompts"]!.GetValue<int>(), json["count"]!.GetValue<int>(), json["samples"]!.GetValue<int>(), json["madeEarlier"]!.GetValue<int>(), json["madeNow"]!.GetValue<int>()));
    }

    [Fact]
    public void Generate_StartedAgain_MakesOnlyWhatIsMissingOrTorn()
    {
        Assert.Equal(0, Run().Code);
        byte[] whole = File.ReadAllBytes(cli.Folder["g/00001/samples/0001.png"]);
        File.WriteAllBytes(cli.Folder["g/00001/samples/0001.png"], whole[..40]);
        File.Delete(cli.Folder["g/00001/samples/0003.png"]);
        byte[] kept = File.ReadAllBytes(cli.Folder["g/00000/samples/0000.png"]);
        DateTime keptAt = File.GetLastWriteTimeUtc(cli.Folder["g/00000/samples/0000.png"]);
        cli.Engine.EncodedPrompts.Clear();

        CliResult again = Run();

        Assert.Equal(0, again.Code);
        Assert.Contains(again.ErrorLines, line => line.Contains("6 of 8 pictures were made before", StringComparison.Ordinal));
        // Only the prompt that lacks pictures is encoded, and its features are the first row.
        Assert.Equal(["a photo of a \u732B"], cli.Engine.EncodedPrompts);
        Assert.Equal([PromptStreams.Of(["a photo of a \u732B"], 4)[3]], cli.Engine.Request!.Streams!);
        Assert.Equal(kept, File.ReadAllBytes(cli.Folder["g/00000/samples/0000.png"]));
        Assert.Equal(keptAt, File.GetLastWriteTimeUtc(cli.Folder["g/00000/samples/0000.png"]));
        Assert.Equal(13, Files().Length);
        PngReader.Read(cli.Folder["g/00001/samples/0001.png"], "x");

        cli.Engine.EncodedPrompts.Clear();
        Assert.Contains("all of 8 pictures were made before", Run().Error, StringComparison.Ordinal);
        Assert.Empty(cli.Engine.EncodedPrompts);
    }

    [Fact]
    public void Generate_StartedAgainWithoutASeed_KeepsThatOfTheRun()
    {
        Assert.Equal(0, Run().Code);
        File.Delete(cli.Folder["g/00000/grid.png"]);
        File.WriteAllText(cli.Folder["g/00001/metadata.jsonl"], "{");

        Assert.Equal(0, cli.Run("--image", "reader", "--prompts-json", "p.jsonl", "--out", "g").Code);

        Assert.Equal("5", PngReader.Read(cli.Folder["g/00000/grid.png"], "x").Text["Seed"]);
        Assert.StartsWith("{\"tag\"", File.ReadAllText(cli.Folder["g/00001/metadata.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_AnotherRunInTheSameFolder_IsRefusedAndRestartMakesAllAgain()
    {
        Assert.Equal(0, Run().Code);
        Assert.Contains("was begun with --seed 5 (here 6)", cli.Run("--image", "reader", "--prompts-json", "p.jsonl", "--seed", "6", "--out", "g").FailsWith(2));
        Assert.Contains("--count 4 (here 2)", Run("--count", "2").FailsWith(2));
        File.WriteAllText(cli.Folder["p.jsonl"], Bench);
        Assert.Contains("was begun with --prompts-json 2 prompts", Run().FailsWith(2));

        // An evaluator would count what the run before has left.
        Assert.Contains(" is of another run with more prompts or pictures", Run("--count", "1", "--restart").FailsWith(2));
        Directory.Delete(cli.Folder["g/00001"], recursive: true);
        Assert.Contains(".png is of another run with more prompts or pictures", Run("--count", "1", "--restart").FailsWith(2));
        Assert.Contains("was begun with --prompts-json 2 prompts", Run().FailsWith(2));
        Directory.Delete(cli.Folder["g/00000"], recursive: true);

        CliResult restarted = Run("--count", "1", "--restart");

        Assert.Equal(0, restarted.Code);
        Assert.Equal(PromptStreams.Of(["a photo of a bench"], 1), cli.Engine.Request!.Streams!);
    }

    [Fact]
    public void Generate_Shards_MakeTheFolderOfAWholeRunTogether()
    {
        File.AppendAllText(cli.Folder["p.jsonl"], "{\"prompt\": \"a third\"}\n");
        Assert.Equal(0, Run("--count", "2").Code);
        string[] whole = Files();
        IReadOnlyList<uint> streams = cli.Engine.Request!.Streams!;
        Directory.Delete(cli.Folder["g"], recursive: true);
        cli.Engine.EncodedPrompts.Clear();

        CliResult second = Run("--count", "2", "--shard", "1/2", "--json");
        Assert.Equal(["a photo of a \u732B", "a third"], cli.Engine.EncodedPrompts);
        JsonNode json = JsonNode.Parse(second.Output)!;
        Assert.Equal((2, "1/2", 4), (json["prompts"]!.GetValue<int>(), json["shard"]!.GetValue<string>(), json["samples"]!.GetValue<int>()));
        Assert.False(Directory.Exists(cli.Folder["g/00000"]));
        Assert.Equal(streams.Skip(2), cli.Engine.Request!.Streams!);
        // A shard goes on by itself.
        File.Delete(cli.Folder["g/00002/samples/0001.png"]);
        Assert.Contains("3 of 4 pictures were made before", Run("--count", "2", "--shard", "1/2").Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("--count", "2", "--shard", "0/2").Code);

        Assert.Equal(streams.Take(2), cli.Engine.Request!.Streams!);
        Assert.Equal([.. whole.Where(file => file != "samples.journal"), "samples.shard-0-of-2.journal", "samples.shard-1-of-2.journal"], Files());
        PngPicture last = PngReader.Read(cli.Folder["g/00002/samples/0001.png"], "x");
        Assert.Equal(("a third", "1"), (last.Text["Prompt"], last.Text["Sample"]));
    }

    [Fact]
    public void Generate_ShardsOfDifferentRuns_AreNotMixed()
    {
        Assert.Equal(0, Run("--shard", "0/2").Code);

        string line = cli.Run("--image", "reader", "--prompts-json", "p.jsonl", "--seed", "6", "--out", "g", "--shard", "1/2").FailsWith(2);
        Assert.Contains("samples.shard-0-of-2.journal: is of a run with --seed 5 (here 6), and an evaluator would count its pictures", line);
        Assert.False(Directory.Exists(cli.Folder["g/00001"]));
        Assert.Contains("--shard needs --seed S", cli.Run("--image", "reader", "--prompts-json", "p.jsonl", "--out", "g", "--shard", "1/2").FailsWith(2));
        Assert.Contains("--shard 2/3 has more shards than the 2 prompts", Run("--shard", "2/3").FailsWith(2));
        // The same pictures, cut otherwise, are of the same run.
        Assert.Equal(0, Run().Code);
    }

    [Fact]
    public void Generate_PromptTooLongToClean_IsNamedByItsLine()
    {
        string tooLong = new('a', 16_385);
        File.WriteAllText(cli.Folder["p.jsonl"], $"{{\"prompt\": \"b\"}}\n\n{{\"prompt\": \"{tooLong}\"}}\n");
        Assert.Contains("--prompts-json: p.jsonl: line 3 has 16,385 characters, more than the 16,384 that are cleaned", Run().FailsWith(2));
        File.WriteAllText(cli.Folder["p.jsonl"], $"[\"{tooLong}\"]");
        Assert.Contains("entry 0 has 16,385 characters", Run().FailsWith(2));
        Assert.Equal(0, Run("--no-clean").Code);
    }

    [Fact]
    public void Generate_ListOfStringsOrObjects_IsTakenToo()
    {
        File.WriteAllText(cli.Folder["p.jsonl"], """ [ "a \"b\"", { "prompt": "c", "tag": "x" } ] """);
        Assert.Equal(0, Run("--count", "1", "--batch", "1").Code);
        Assert.Equal("{\"prompt\":\"a \\\"b\\\"\"}\n", File.ReadAllText(cli.Folder["g/00000/metadata.jsonl"]));
        Assert.Equal(["00000/metadata.jsonl", "00000/samples/0000.png", "00001/metadata.jsonl", "00001/samples/0000.png", "samples.journal"], Files());
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"}\n{\"prompt\": 3}", "line 2 has no \"prompt\"")]
    [InlineData("{\"prompt\": \"a\"}\nnot json", "line 2 is no JSON object")]
    [InlineData("{\"text\": \"a\"}", "line 1 has no \"prompt\"")]
    [InlineData("[\"a\", 3]", "entry 1 is neither a string nor an object")]
    [InlineData("[", "is not valid JSON")]
    [InlineData("[]", "has no prompt")]
    [InlineData("\n \n", "has no prompt")]
    [InlineData("\"a\"", "line 1 has no \"prompt\"")]
    public void Generate_FileThatHoldsNoPrompts_IsRefusedInOneLine(string contents, string problem)
    {
        File.WriteAllText(cli.Folder["p.jsonl"], contents);
        string line = Run().FailsWith(2);
        Assert.Contains("--prompts-json: ", line);
        Assert.Contains(problem, line);
    }

    [Fact]
    public void Generate_OptionsThatDoNotGoTogether_AreRefused()
    {
        Assert.Contains("give --out DIR", cli.Run("--image", "reader", "--prompts-json", "p.jsonl").FailsWith(2));
        Assert.Contains("is a file's name", cli.Run("--image", "reader", "--prompts-json", "p.jsonl", "--out", "a.png").FailsWith(2));
        Assert.Contains("both give prompts", Run("--prompt", "a").FailsWith(2));
        Assert.Contains("does not go with --prompts-json", Run("--npz", "a.npz").FailsWith(2));
        Assert.Contains("does not go with --prompts-json", Run("--scale", "2").FailsWith(2));
        Assert.Contains("--prompts-json: ", cli.Run("--image", "reader", "--prompts-json", "nosuch", "--out", "g").FailsWith(2));
    }

    private CliResult Run(params string[] more) => cli.Run(["--image", "reader", "--prompts-json", "p.jsonl", "--seed", "5", "--out", "g", .. more]);

    private string[] Files() => [.. Directory.EnumerateFiles(cli.Folder["g"], "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(cli.Folder["g"], file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
