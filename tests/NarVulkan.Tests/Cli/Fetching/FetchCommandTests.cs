using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Fetching;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>The command as a user meets it: what it installs, what it says, what it asks of whom.</summary>
public sealed class FetchCommandTests : IDisposable
{
    private const string TokenizerModel = "tiny-tokenizer";

    private readonly FetchRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Fetch_GeneratorWithTokenizer_InstallsBothAndSaysWhatIsNext()
    {
        byte[] tokenizer = AddTokenizer();
        CliResult result = rig.Fetch();
        Assert.Equal(0, result.Code);
        Assert.Equal([$"{TokenizerModel}/SHA256SUMS", $"{TokenizerModel}/narvk.json", $"{TokenizerModel}/tokenizer/vq.safetensors", "tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
        Assert.Equal(FetchRig.Weights, File.ReadAllBytes(rig.Target));
        Assert.Equal(tokenizer, File.ReadAllBytes(rig.Cli.Folder[$"user-data/narvk/{TokenizerModel}/tokenizer/vq.safetensors"]));
        // As sha256sum writes it, so that --verify finds its checksums.
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(FetchRig.Weights))}  generator.weights\n", File.ReadAllText(Path.Combine(rig.Directory, "SHA256SUMS")));
        ModelChecksums.Verify(rig.Directory, [rig.Target], (_, _) => { });
        Assert.Equal([rig.Cli.Folder[$"user-data/narvk/{TokenizerModel}/tokenizer/vq.safetensors"], rig.Target], result.OutputLines);
        Assert.Matches("tiny: a tiny generator; licence: MIT, for a test; page: http://127.0.0.1:.*/somebody/models", result.ErrorLines[1]);
        Assert.Contains(result.ErrorLines, line => line.Contains("tiny: nar-c2i, 8x8 tokens, vq tokenizer; generator.weights is nar-c2i, width 64"));
        Assert.Equal("narvk: next: narvk --image tiny --class 0", result.ErrorLines[^1]);
        ModelFolder folder = ModelFolder.Open(rig.Directory);
        Assert.Equal(("tiny", 4), (folder.Name, folder.Generator!.Heads));
        Assert.Matches($"tiny +nar-c2i, 8x8 tokens, vq tokenizer +{rig.Directory}", rig.Cli.Run("models").Output);
    }

    [Fact]
    public void Fetch_Again_AsksNobodyAndKeepsTheManifest()
    {
        Assert.Equal(0, rig.Fetch().Code);
        string manifest = Path.Combine(rig.Directory, "narvk.json"), changed = File.ReadAllText(manifest).Replace("\"tiny\"", "\"mine\"");
        File.WriteAllText(manifest, changed);
        int asked = rig.Hub.Requests.Count;
        CliResult result = rig.Fetch();
        Assert.Equal((0, asked), (result.Code, rig.Hub.Requests.Count));
        Assert.Contains(result.ErrorLines, line => line.Contains("was there already"));
        Assert.Equal(changed, File.ReadAllText(manifest));
    }

    [Fact]
    public void Fetch_Restart_FetchesEverythingAgain()
    {
        Assert.Equal(0, rig.Fetch().Code);
        File.WriteAllBytes(rig.Target, [1, 2, 3]);
        Assert.Contains("--restart", rig.Fetch().FailsIn(3));
        File.WriteAllBytes(rig.Part, [1, 2, 3]);
        Assert.Equal(0, rig.Fetch("--restart").Code);
        Assert.Equal(FetchRig.Weights, File.ReadAllBytes(rig.Target));
        Assert.Null(rig.Hub.Requests[^1]["Range"]);
    }

    [Fact]
    public void DryRun_SaysWhatAndWhereAndAsksNobody()
    {
        AddTokenizer();
        CliResult result = rig.Fetch("--dry-run");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("MIT, for a test", result.Output);
        Assert.Matches($@"to fetch +1\.\d+ MB +{rig.Hub.Address}{FetchRig.Path} +-> {rig.Target}", result.Output);
        using JsonDocument json = JsonDocument.Parse(rig.Fetch("--dry-run", "--json").Output);
        JsonElement file = json.RootElement.GetProperty("files")[1];
        Assert.Equal((rig.Target, FetchRig.Weights.Length), (file.GetProperty("path").GetString(), file.GetProperty("bytes").GetInt64()));
        Assert.Equal("", rig.Fetch("--dry-run", "--quiet").Output);
        Assert.Empty(rig.Hub.Requests);
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Json_IsOneObjectWithFilesAndWhatIsNext()
    {
        CliResult result = rig.Fetch("--json");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement root = json.RootElement, file = root.GetProperty("fetched")[0];
        Assert.Equal(("tiny", "MIT, for a test", rig.Directory), (root.GetProperty("model").GetString(), root.GetProperty("licence").GetString(), root.GetProperty("directory").GetString()));
        Assert.Equal((TestHub.Sha256(FetchRig.Weights), false), (file.GetProperty("sha256").GetString(), file.GetProperty("verified").GetBoolean()));
        Assert.Equal("narvk --image tiny --class 0", root.GetProperty("next").GetString());
    }

    [Fact]
    public void Quiet_SaysNothing() => Assert.Equal(new CliResult(0, "", ""), rig.Fetch("--quiet"));

    [Fact]
    public void Out_ElsewhereThanModelsAreLookedFor_IsNamedByItsFolder()
    {
        CliResult result = rig.Fetch("--out", "mine");
        Assert.Equal($"narvk: next: narvk --model {rig.Cli.Folder["mine/tiny"]} --class 0", result.ErrorLines[^1]);
        Assert.True(File.Exists(rig.Cli.Folder["mine/tiny/narvk.json"]));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Out_Default_IsTheFolderOfTheEnvironment()
    {
        rig.Cli.Environment["NARVK_WEIGHTS"] = "models";
        Assert.Equal("narvk: next: narvk --image tiny --class 0", rig.Fetch().ErrorLines[^1]);
        Assert.True(File.Exists(rig.Cli.Folder["models/tiny/narvk.json"]));
    }

    [Fact]
    public void Endpoint_OptionBeforeEnvironmentBeforeCatalog()
    {
        using TestHub mirror = new(), other = new();
        mirror.On("/mirror" + FetchRig.Path, TestHub.File(FetchRig.Weights));
        rig.Cli.Environment["HF_ENDPOINT"] = mirror.Address + "/mirror/";
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal((0, 1), (rig.Hub.Requests.Count, mirror.Requests.Count));
        Assert.Contains(other.Address, rig.Fetch("--restart", "--endpoint", other.Address).FailsIn(3));
        Assert.Equal((0, 1, 1), (rig.Hub.Requests.Count, mirror.Requests.Count, other.Requests.Count));
    }

    [Theory]
    [InlineData("ftp://x.example")]
    [InlineData("x.example")]
    [InlineData("https://")]
    [InlineData("https://me:secret@x.example")]
    [InlineData("https://x.example/?q=secret")]
    public void Endpoint_NoAddressOfAHub_IsRefusedWithoutItsSecrets(string address)
    {
        string line = rig.Fetch("--endpoint", address).FailsWith(2);
        Assert.Contains("--endpoint", line);
        Assert.DoesNotContain("secret", line);
    }

    [Theory]
    [InlineData("", "narvk fetch NAME")]
    [InlineData("tiny --repo nobody", "--repo: 'nobody' is not OWNER/NAME")]
    [InlineData("tiny --repo ../..", "--repo")]
    [InlineData("tiny --file ../x", "--file")]
    [InlineData("tiny --file /x", "--file")]
    [InlineData("tiny --revision a/b", "--revision")]
    [InlineData("tiny more", "one word too many")]
    public void CommandLine_Wrong_ExitsWith2(string arguments, string expected)
    {
        rig.FetchNamed("tiny", "--dry-run");
        Assert.Contains(expected, rig.Cli.Run(["fetch", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--manifest", "catalog.json"]).FailsWith(2));
        Assert.Empty(rig.Hub.Requests);
    }

    [Fact]
    public void Name_Unknown_NamesTheNearest() => Assert.Contains("did you mean tiny?", rig.FetchNamed("tinny").FailsWith(3));

    [Fact]
    public void Repository_NotKnown_HasToBeNamedAndIsAskedForItsOnlyWeights()
    {
        JsonObject entry = FetchRig.Entry(FetchRig.Model, null);
        entry["repository"] = null;
        entry["page"] = "collections/of-them";
        rig.Add(entry);
        string line = rig.Fetch().FailsWith(2);
        Assert.Contains($"{rig.Hub.Address}/collections/of-them", line);
        Assert.Contains("narvk fetch tiny --repo OWNER/NAME", line);
        Assert.Empty(rig.Hub.Requests);

        string sha256 = TestHub.Sha256(FetchRig.Weights);
        rig.Hub.On("/api/models/other/one/tree/v2", _ => new HubReply
        {
            Body = System.Text.Encoding.UTF8.GetBytes($$"""
                [{ "type": "directory", "path": "x.pt" }, { "type": "file", "path": "../../x.pt", "size": 1 }, { "type": "file", "path": "README.md", "size": 1 },
                 { "type": "file", "path": "narvk.json.pt", "size": {{FetchRig.Weights.Length}}, "lfs": { "oid": "{{sha256}}" } }]
                """),
        });
        rig.Hub.On("/other/one/resolve/v2/narvk.json.pt", TestHub.File(FetchRig.Weights));
        CliResult result = rig.Fetch("--repo", "other/one", "--revision", "v2");
        Assert.Equal(0, result.Code);
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
        Assert.Contains(result.ErrorLines, text => text.Contains("its SHA-256 is right"));
        Assert.Equal(0, rig.Fetch().Code);
    }

    [Fact]
    public void File_Named_IsFetchedUnderTheCatalogsName()
    {
        rig.Hub.On($"/{FetchRig.Repository}/resolve/main/sub/other.bin", TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch("--file", "sub/other.bin").Code);
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
    }

    [Fact]
    public void Heads_NotInTheCatalog_ComeFromTheWeights()
    {
        byte[] weights = File.ReadAllBytes(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        JsonObject entry = FetchRig.Entry("clips", weights, "clips.pth");
        entry["media"] = "video";
        entry["folder"] = JsonNode.Parse($$"""{ "generator": { "architecture": "nar-c2v", "weights": "{{FetchRig.Local}}", "grid": [2, 4, 4] } }""");
        rig.Add(entry);
        rig.Hub.On($"/{FetchRig.Repository}/resolve/main/clips.pth", TestHub.File(weights));
        Assert.Equal("narvk: next: narvk --video clips --class 0", rig.FetchNamed("clips").ErrorLines[^1]);
        ModelFolder expected = ModelFolder.Open(TestPaths.Fixture("golden/nar-c2v"));
        Assert.Equal(expected.Generator!.Heads, ModelFolder.Open(rig.Cli.Folder["user-data/narvk/clips"]).Generator!.Heads);
    }

    [Fact]
    public void Weights_OfAnotherArchitecture_AreNoModel()
    {
        JsonObject entry = FetchRig.Entry(FetchRig.Model, FetchRig.Weights, FetchRig.Remote);
        entry["folder"]!["generator"]!["architecture"] = "par-c2i";
        rig.Add(entry);
        Assert.Contains("is nar-c2i, but tiny is par-c2i", rig.Fetch().FailsIn(3));
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights"], rig.Files);
    }

    [Fact]
    public void File_ThatIsNoCheckpoint_SaysWhatItIsAndMakesNoModel()
    {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1"u8.ToArray();
        rig.Know(null, null);
        rig.Hub.On(FetchRig.Path, TestHub.File(pointer));
        Assert.Contains("Git LFS pointer", rig.Fetch().FailsIn(3));
        Assert.DoesNotContain("tiny/narvk.json", rig.Files);
    }

    [Fact]
    public void Tokenizer_ThatOnlyBeginsAsACheckpoint_LeavesNothing()
    {
        rig.Know(null, null);
        JsonObject entry = FetchRig.Entry(FetchRig.Model, null, FetchRig.Remote);
        entry["folder"] = JsonNode.Parse($$"""{ "tokenizer": { "kind": "vq", "weights": "{{FetchRig.Local}}" } }""");
        rig.Add(entry);
        rig.Hub.On(FetchRig.Path, TestHub.File([.. "PK\u0003\u0004"u8, .. new byte[100]]));
        Assert.Contains("the zip archive has no end record", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void ContentDisposition_NamesNoFile()
    {
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights, "\"tag\"", ("Content-Disposition", "attachment; filename=\"../../../evil.pt\"; filename*=UTF-8''..%2F..%2Fevil.pt")));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
        Assert.DoesNotContain(rig.Cli.Folder.Files, file => file.Contains("evil"));
    }

    [Fact]
    public void Help_ShowsItsOptions()
    {
        string help = rig.Cli.Run("fetch", "--help").Output;
        Assert.All(["--dry-run", "--endpoint URL", "--repo OWNER/NAME", "--restart", "HF_TOKEN"], text => Assert.Contains(text, help));
        Assert.Contains("fetch", rig.Cli.Run("--help").Output);
    }

    private byte[] AddTokenizer()
    {
        byte[] tokenizer = File.ReadAllBytes(Path.Combine(TestPaths.RepositoryRoot, "weights/demo-image/tokenizer/vq_tokenizer.safetensors"));
        JsonObject needed = FetchRig.Entry(TokenizerModel, tokenizer, "vq.safetensors");
        needed["files"]![0]!["name"] = "tokenizer/vq.safetensors";
        needed["folder"] = JsonNode.Parse("""{ "tokenizer": { "kind": "vq", "weights": "tokenizer/vq.safetensors" } }""");
        rig.Add(needed);
        JsonObject model = FetchRig.Entry(FetchRig.Model, FetchRig.Weights, FetchRig.Remote);
        model["needs"] = new JsonArray(TokenizerModel);
        model["folder"]!["tokenizer"] = JsonNode.Parse($$"""{ "kind": "vq", "weights": "../{{TokenizerModel}}/tokenizer/vq.safetensors" }""");
        rig.Add(model);
        rig.Hub.On($"/{FetchRig.Repository}/resolve/main/vq.safetensors", TestHub.File(tokenizer));
        return tokenizer;
    }
}
