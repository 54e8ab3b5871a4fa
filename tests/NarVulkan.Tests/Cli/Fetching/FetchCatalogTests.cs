using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NarVulkan.Benchmarks.Subjects;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Models;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>The project's own list of models, and what is refused in those of strangers.</summary>
public sealed class FetchCatalogTests
{
    public static TheoryData<string> Names => [.. FetchCatalog.Published.Models.Select(model => model.Name)];

    [Fact]
    public void Published_HasEveryKnownModelUnderItsName()
    {
        using CliRunner cli = new();
        ModelLocator locator = new(cli.Console(TextWriter.Null, TextWriter.Null), null);
        KnownModel[] known = [.. locator.MissingKnownModels];
        Assert.Equal(["ucf", "imagenet"], known.Select(model => model.Name));
        Assert.All(known, model =>
        {
            FetchableModel published = FetchCatalog.Published.Require(model.Name);
            Assert.Equal((model.Title, model.Media), (published.Title, published.Media));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Published_Model_BecomesAFolderThatOpens(string name)
    {
        FetchableModel model = FetchCatalog.Published.Require(name);
        using TemporaryFolder folder = new();
        foreach (FetchableModel part in FetchCatalog.Published.WithNeeds(model))
        {
            foreach (FetchableFile file in part.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(folder[$"{part.Name}/{file.Name}"])!);
                File.WriteAllText(folder[$"{part.Name}/{file.Name}"], "placeholder");
            }
        }
        JsonObject manifest = JsonNode.Parse(model.Folder.GetRawText())!.AsObject();
        manifest["format"] = 1;
        if (manifest["generator"] is { } generator)
        {
            generator["heads"] ??= 12;
        }
        File.WriteAllText(folder[$"{name}/narvk.json"], manifest.ToJsonString());
        ModelFolder opened = ModelFolder.Open(folder[name]);
        Assert.Equal(model.IsGenerator, opened.Generator is not null);
        // What makes images of texts comes with its text encoder, which is a model by itself, too.
        bool readsText = opened.Generator?.Architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage;
        Assert.Equal(readsText || opened is { Generator: null, Tokenizer: null }, opened.Text is not null);
        if (opened is { Generator: null, Tokenizer: null })
        {
            return;
        }
        Assert.Equal(model.Media, opened.MediaOf());
        Assert.NotNull(opened.Tokenizer);
        Assert.Equal(model.Media, opened.Tokenizer.MediaOf());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Published_GeneratorOfABenchmarkedName_HasItsSizes(string name)
    {
        // A name means the same model to `narvk fetch` and to `narvk bench --random-weights`.
        if (!FetchCatalog.Published.Require(name).Folder.TryGetProperty("generator", out JsonElement generator) || PublishedModels.Find(name) is not { } benchmarked)
        {
            return;
        }
        Assert.Equal(benchmarked.Random.Architecture, generator.GetProperty("architecture").GetString());
        Assert.Equal(benchmarked.Random.Heads, generator.GetProperty("heads").GetInt32());
        Assert.Equal(benchmarked.Random.Grid, generator.GetProperty("grid").EnumerateArray().Select(side => side.GetInt32()));
        if (generator.TryGetProperty("parallelTokens", out JsonElement parallel))
        {
            Assert.Equal(benchmarked.Random.ParallelTokens, parallel.GetInt32());
        }
    }

    [Fact]
    public void Published_IsTheFileOfTheRepository()
    {
        FetchCatalog file = FetchCatalogReader.Read(Path.Combine(TestPaths.RepositoryRoot, "weights/published.json"));
        Assert.Equal(file.Models.Select(model => model.Name), FetchCatalog.Published.Models.Select(model => model.Name));
        Assert.Equal("https://huggingface.co", FetchCatalog.Published.Endpoint);
    }

    [Fact]
    public void Ucf_WithoutARepository_SaysWhereToLookAndAsksNobody()
    {
        using TestHub hub = new();
        using CliRunner cli = new();
        cli.Environment["HF_ENDPOINT"] = hub.Address;
        Assert.Contains($"{hub.Address}/collections/", cli.Run("fetch", "ucf").FailsWith(2));
        Assert.Equal(0, cli.Run("fetch", "par-3b-16x-imagenet", "--dry-run").Code);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public void Models_ListsWhatIsPublishedAndWhatOfThatIsInstalled()
    {
        using CliRunner cli = new();
        cli.Install("par-xl-4x-imagenet", "nar-c2i");
        string output = cli.Run("models").Output;
        Assert.Matches(@"(?m)^ +ucf +NAR video generator trained on UCF-101 \(needs --repo\)$", output.ReplaceLineEndings("\n"));
        Assert.Matches(@"(?m)^ +par-xl-4x-imagenet +PAR XL.*\(installed\)$", output.ReplaceLineEndings("\n"));
        using JsonDocument json = JsonDocument.Parse(cli.Run("models", "--json").Output);
        JsonElement[] published = [.. json.RootElement.GetProperty("published").EnumerateArray()];
        Assert.Equal(FetchCatalog.Published.Models.Count, published.Length);
        Assert.Equal(["par-xl-4x-imagenet"], published.Where(model => model.GetProperty("installed").GetBoolean()).Select(model => model.GetProperty("name").GetString()));
    }

    [Fact]
    public void Image_PublishedButNotInstalled_SaysHowToGetIt()
    {
        using CliRunner cli = new();
        Assert.Contains("narvk fetch llamagen-b-imagenet", cli.Run("--image", "LlamaGen-B-ImageNet").FailsWith(3));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("..")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/evil")]
    [InlineData("C:evil")]
    [InlineData("a\\b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("con")]
    [InlineData("sub/Nul.pt")]
    [InlineData("com1.txt")]
    [InlineData("dot.")]
    [InlineData("sp ace")]
    [InlineData("esc\u001b[31m")]
    [InlineData("nul\0")]
    [InlineData("a/b/c/d/e")]
    [InlineData("narvk.json")]
    [InlineData("NARVK.JSON")]
    [InlineData("config.json")]
    [InlineData(".narvk-fetch")]
    [InlineData("x.part")]
    [InlineData("x.part.json")]
    public void File_WithAHostileName_IsRefused(string name)
    {
        string message = Refusal(model => model["files"]![0]!["name"] = name);
        Assert.Contains("models[0].files[0].name", message);
        Assert.DoesNotContain('\u001b', message);
    }

    [Fact]
    public void File_WithATooLongName_IsRefused() => Refusal(model => model["files"]![0]!["name"] = new string('a', 97));

    [Theory]
    [InlineData("../../other/repo/resolve/main/x")]
    [InlineData("x?download=1")]
    [InlineData("x#y")]
    [InlineData("https://evil.example/x")]
    [InlineData("a%2f..%2fb")]
    public void Remote_ThatIsNoPlainPath_IsRefused(string remote) => Assert.Contains("remote", Refusal(model => model["files"]![0]!["remote"] = new JsonArray(remote)));

    [Theory]
    [InlineData("name", "\"../x\"")]
    [InlineData("name", "\"a/b\"")]
    [InlineData("name", "7")]
    [InlineData("name", null)]
    [InlineData("title", "\"a\\u001b[2J\"")]
    [InlineData("title", null)]
    [InlineData("media", "\"sound\"")]
    [InlineData("repository", "\"nobody\"")]
    [InlineData("repository", "\"../..\"")]
    [InlineData("repository", "\"a/b/c\"")]
    [InlineData("revision", "\"a/../b\"")]
    [InlineData("page", "\"//evil.example\"")]
    [InlineData("licence", "[]")]
    [InlineData("needs", "[\"nothing\"]")]
    [InlineData("needs", "[\"x\"]")]
    [InlineData("files", "[]")]
    [InlineData("files", "[{ \"name\": \"only.json\" }]")]
    [InlineData("files", "[{ \"name\": \"a\" }, { \"name\": \"A\" }]")]
    [InlineData("files", "[{ \"name\": \"a\" }, { \"name\": \"a/b\" }]")]
    [InlineData("files", "[{ \"name\": \"a\", \"sha256\": \"123\" }]")]
    [InlineData("files", "[{ \"name\": \"a\", \"bytes\": -1 }]")]
    [InlineData("files", "[{ \"name\": \"a\", \"bytes\": 1e18 }]")]
    [InlineData("files", "{}")]
    [InlineData("folder", null)]
    [InlineData("folder", "[]")]
    [InlineData("folder", "{ \"generator\": { \"architecture\": \"nar-c2i\", \"weights\": \"../../../etc/passwd\" } }")]
    [InlineData("folder", "{ \"generator\": { \"weights\": \"w.pt\" } }")]
    [InlineData("folder", "{ \"tokenizer\": { \"kind\": \"vq\", \"weights\": \"/etc/passwd\" } }")]
    [InlineData("folder", "{ \"tokenizer\": { \"kind\": \"vq\", \"weights\": \"w.pt\", \"config\": \"other.json\" } }")]
    [InlineData("folder", "{ \"classes\": \"/etc/passwd\" }")]
    [InlineData("folder", "{ \"text\": { \"tokenizer\": \"/etc/passwd\" } }")]
    public void Model_ThatIsWrong_IsRefusedByField(string field, string? json) =>
        Assert.Contains("models[0]." + field, Refusal(model => model[field] = json is null ? null : JsonNode.Parse(json)));

    [Theory]
    [InlineData("""{ "format": 2, "endpoint": "https://x.example", "models": [] }""", "update narvk")]
    [InlineData("""{ "endpoint": "https://x.example", "models": [] }""", "format")]
    [InlineData("""{ "format": 1, "models": [] }""", "endpoint")]
    [InlineData("""{ "format": 1, "endpoint": "x", "models": {} }""", "models")]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "not valid JSON")]
    public void Catalog_ThatIsWrong_IsRefused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => FetchCatalogReader.Read("x", Encoding.UTF8.GetBytes(json))).Message);

    [Fact]
    public void Names_Twice_AreRefused()
    {
        JsonArray models = [Good(), Good()];
        models[1]!["name"] = "X";
        Assert.Contains("models[1].name", Assert.Throws<ModelFileException>(() => Read(models)).Message);
    }

    private static string Refusal(Action<JsonObject> change)
    {
        Assert.Single(Read([Good()]).Models);
        JsonObject model = Good();
        change(model);
        return Assert.Throws<ModelFileException>(() => Read([model])).Message;
    }

    private static FetchCatalog Read(JsonArray models) => FetchCatalogReader.Read("x", Encoding.UTF8.GetBytes(
        new JsonObject { ["format"] = 1, ["endpoint"] = "https://x.example", ["models"] = models }.ToJsonString()));

    private static JsonObject Good() => JsonNode.Parse("""
        { "name": "x", "title": "t", "media": "image", "repository": "a/b", "files": [{ "name": "w.pt", "remote": ["w.pt"] }],
          "folder": { "generator": { "architecture": "nar-c2i", "weights": "w.pt" } } }
        """)!.AsObject();
}
