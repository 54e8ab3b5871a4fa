using System.Text.Json.Nodes;
using NarVulkan.Cli.Fetching;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>Everything that can go wrong between a hub and a folder: one clear line, the right exit code, nothing half-written.</summary>
public sealed class FetchFailureTests : IDisposable
{
    private const string Token = "hf_secretsecret";

    private readonly FetchRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Checksum_OfTheCatalog_Wrong_LeavesNothing()
    {
        string wrong = new('a', 64);
        rig.Know(null, wrong);
        string line = rig.Fetch().FailsIn(3);
        Assert.Contains(TestHub.Sha256(FetchRig.Weights), line);
        Assert.Contains(wrong, line);
        Assert.Single(rig.Hub.Requests);
        Assert.Empty(rig.Files);
    }

    [Theory]
    [InlineData("X-Linked-Etag")]
    [InlineData("ETag")]
    public void Checksum_OfTheHub_Wrong_LeavesNothing(string header)
    {
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Headers = [(header, $"\"{new string('b', 64)}\"")], Body = FetchRig.Weights });
        Assert.Contains(new string('b', 64), rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Checksum_OfTheHubIsAnother_FetchesNothing()
    {
        rig.Know(null, TestHub.Sha256(FetchRig.Weights));
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Headers = [("X-Linked-Etag", $"\"{new string('b', 64)}\"")], Body = FetchRig.Weights, StopsAfter = 0, Stalls = true });
        Assert.Contains("is another file than the one that is known", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Checksum_OfAnotherHost_IsNotBelieved()
    {
        using TestHub store = new();
        store.On("/blob", TestHub.File(FetchRig.Weights, $"\"{new string('c', 64)}\""));
        rig.Hub.On(FetchRig.Path, _ => HubReply.Redirect(store.Address + "/blob"));
        CliResult result = rig.Fetch();
        Assert.Equal(0, result.Code);
        Assert.Contains("which neither narvk nor the hub knows beforehand", result.Error);
    }

    [Fact]
    public void Size_OtherThanKnown_FetchesNothing()
    {
        rig.Know(FetchRig.Weights.Length + 1, null);
        Assert.Contains($"has {FetchRig.Weights.Length} bytes, but {FetchRig.Weights.Length + 1} are expected", rig.Fetch().FailsIn(3));
        rig.Know(null, null);
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights, "\"tag\"", ("X-Linked-Size", "5")));
        Assert.Contains("but 5 are expected", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Size_NotToldAndLarger_StopsThereAndLeavesNothing()
    {
        rig.Know(1000, null);
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Body = FetchRig.Weights, TellsLength = false, Stalls = true });
        Assert.Contains("sends more than the 1000 bytes", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Size_NotToldAndSmaller_IsTakenForALostConnection()
    {
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Body = FetchRig.Weights, TellsLength = false, StopsAfter = 1000, Headers = [("ETag", "\"t\"")] });
        Assert.Contains($"the connection ended after 1000 of {FetchRig.Weights.Length} bytes, 5 times in a row", rig.Fetch().FailsIn(1));
    }

    [Fact]
    public void Size_NotToldByAnybody_TakesWhatComes()
    {
        rig.Know(null, null);
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Body = FetchRig.Weights, TellsLength = false });
        Assert.Equal(0, rig.Fetch().Code);
    }

    [Fact]
    public void File_Empty_IsNone()
    {
        rig.Know(null, null);
        rig.Hub.On(FetchRig.Path, _ => new HubReply());
        Assert.Contains("is empty", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Settings_OfAGigabyte_AreRefused()
    {
        JsonObject entry = FetchRig.Entry(FetchRig.Model, FetchRig.Weights, FetchRig.Remote);
        entry["files"]!.AsArray().Insert(0, JsonNode.Parse("""{ "name": "sub/settings.json", "remote": ["settings.json"] }"""));
        rig.Add(entry);
        rig.Hub.On($"/{FetchRig.Repository}/resolve/main/settings.json", _ => new HubReply { Body = FetchRig.Weights });
        Assert.Contains("more than any file of its kind", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
        Assert.False(Directory.Exists(rig.Directory));
    }

    [Fact]
    public void Disk_TooSmall_IsSaidBeforehand()
    {
        rig.Disk.Free = 1000;
        Assert.Contains("has 1 kB free, but 1.17 MB are needed".Replace("1.17", $"{FetchRig.Weights.Length / 1e6:0.#}"), rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Hub.Requests);
        rig.Know(null, null);
        Assert.Contains("has 1 kB free", rig.Fetch().FailsIn(1));
        Assert.Single(rig.Hub.Requests);
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Folder_NotWritable_IsSaid()
    {
        File.WriteAllText(rig.Cli.Folder["file"], "");
        Assert.Contains(rig.Cli.Folder["file/tiny"], rig.Fetch("--out", "file").FailsIn(1));
    }

    [Theory]
    [InlineData(401, false, 1, "set HF_TOKEN")]
    [InlineData(401, true, 1, "the token in HF_TOKEN is not accepted")]
    [InlineData(403, false, 1, "accept the model's terms")]
    [InlineData(403, true, 1, "use a token that may read it")]
    [InlineData(404, true, 3, "there is no such file")]
    [InlineData(410, false, 3, "there is no such file")]
    [InlineData(418, false, 1, "status 418")]
    [InlineData(304, false, 1, "status 304")]
    [InlineData(416, false, 1, "status 416")]
    [InlineData(206, false, 1, "sends a part that was not asked for")]
    public void Status_ThatIsFinal_IsOneLineAtOnce(int status, bool withToken, int code, string expected)
    {
        if (withToken)
        {
            rig.Cli.Environment["HF_TOKEN"] = Token;
            rig.Cli.Environment["HF_ENDPOINT"] = rig.Hub.Address;
        }
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Status = status, Body = status == 304 ? [] : "no"u8.ToArray() });
        string line = rig.Fetch().FailsIn(code);
        Assert.Contains(expected, line);
        Assert.Contains(rig.Hub.Address + FetchRig.Path, line);
        Assert.Single(rig.Hub.Requests);
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Name_NotThere_TriesTheNext()
    {
        rig.Add(FetchRig.Entry(FetchRig.Model, FetchRig.Weights, "model.safetensors", FetchRig.Remote));
        rig.Hub.OnInTurn(FetchRig.Path, request => TestHub.File(FetchRig.Weights)(request) with { StopsAfter = 5 }, TestHub.File(FetchRig.Weights));
        rig.Wait(patience => patience with { Attempts = 1 });
        rig.Fetch().FailsIn(1);
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(["model.safetensors", "c2i.pt", "c2i.pt"], rig.Hub.Requests.Select(request => Path.GetFileName(request.Path)));
        Assert.Equal("bytes=5-", rig.Hub.Requests[^1]["Range"]);
    }

    [Fact]
    public void Server_Busy_IsWaitedForAsLongAsItAsks()
    {
        rig.Hub.OnInTurn(
            FetchRig.Path,
            _ => new HubReply { Status = 429, Headers = [("Retry-After", "7")] },
            _ => new HubReply { Status = 503, Headers = [("Retry-After", "Mon, 01 Jan 2024 00:00:00 GMT")] },
            _ => new HubReply { Status = 500 },
            TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal([7, 0, 4], rig.Pauses.Select(pause => (int)pause.TotalSeconds));
    }

    [Fact]
    public void Server_AsksToWaitTooLong_IsNotWaitedFor()
    {
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Status = 429, Headers = [("Retry-After", "3600")] });
        Assert.Contains("asks to wait 60 minutes", rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Pauses);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(408)]
    public void Server_WithALastingFault_IsGivenUp(int status)
    {
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Status = status });
        Assert.Contains($"({status}), 5 times in a row", rig.Fetch().FailsIn(1));
        Assert.Equal([1, 2, 4, 8], rig.Pauses.Select(pause => pause.TotalSeconds));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Server_Silent_IsGivenUp()
    {
        rig.Wait(patience => patience with { Answer = TimeSpan.FromMilliseconds(200), Attempts = 2 });
        rig.Hub.On(FetchRig.Path, _ => new HubReply { IsSilent = true });
        Assert.Contains("there is no answer, 2 times in a row", rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Server_StallingForGood_IsGivenUpAndThePartKept()
    {
        rig.Wait(patience => patience with { Stall = TimeSpan.FromMilliseconds(200), Attempts = 2 });
        rig.Hub.On(FetchRig.Path, request => TestHub.File(FetchRig.Weights)(request) with { StopsAfter = 10, Stalls = true });
        Assert.Contains("the server sends nothing more, 2 times in a row", rig.Fetch().FailsIn(1));
        Assert.Equal(["tiny/generator.weights.part", "tiny/generator.weights.part.json"], rig.Files);
    }

    [Fact]
    public void Server_NotThere_IsGivenUp()
    {
        string address;
        using (TestHub gone = new())
        {
            address = gone.Address;
        }
        string line = rig.Fetch("--endpoint", address).FailsIn(1);
        Assert.Contains("cannot be connected to, 5 times in a row", line);
        Assert.Contains(address, line);
        Assert.Empty(rig.Files);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "its host cannot be found")]
    [InlineData(HttpRequestError.SecureConnectionError, "there is no secure connection (expired)")]
    [InlineData(HttpRequestError.ProxyTunnelError, "the proxy lets nothing through")]
    [InlineData(HttpRequestError.ConnectionError, null)]
    [InlineData(HttpRequestError.ResponseEnded, null)]
    [InlineData(HttpRequestError.Unknown, null)]
    public void Failure_BeforeTheAnswer_IsFinalOrMayPass(HttpRequestError error, string? final)
    {
        // Without asking any server of names or any other host: tests need no network.
        Exception explained = HubClient.Explain("https://hub.example/x", new HttpRequestException(error, "outer", new IOException("expired.")));
        if (final is null)
        {
            Assert.IsType<PassingFaultException>(explained);
        }
        else
        {
            Assert.StartsWith("https://hub.example/x: " + final, Assert.IsType<FetchException>(explained).Message);
        }
    }

    [Theory]
    [InlineData("Content-Type", "text/html; charset=utf-8", "a web page instead of the file")]
    [InlineData("Content-Encoding", "gzip", "compressed")]
    public void Answer_OfAnotherKind_IsNotKept(string header, string value, string expected)
    {
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights, "\"tag\"", (header, value)));
        Assert.Contains(expected, rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Files);
    }

    public static TheoryData<string, byte[], string> OtherKinds => new()
    {
        { "a page that says it is a file", [.. "<!DOCTYPE html><html><body>Log in</body></html>"u8], "what came is a web page" },
        { "a page behind a mark and blanks", [.. "\uFEFF \r\n<html>"u8], "what came is a web page" },
        { "an error of the hub", [.. "Entry not found, sorry"u8], "what came is neither safetensors nor a PyTorch checkpoint" },
        { "a pointer", [.. "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"u8], "what came is only a Git LFS pointer" },
    };

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public void Content_OfAnotherKind_HasNoNameAndIsNotGoneOnWith(string what, byte[] body, string expected)
    {
        Assert.NotEmpty(what);
        rig.Know(null, null);
        rig.Hub.On(FetchRig.Path, TestHub.File(body, "\"tag\""));

        string line = rig.Fetch().FailsIn(3);

        Assert.Contains(expected, line);
        Assert.Contains("nothing of it was kept", line);
        Assert.Contains(rig.Hub.Address + FetchRig.Path, line);
        Assert.Empty(rig.Files);
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Null(rig.Hub.Requests[^1]["Range"]);
    }

    [Theory]
    [InlineData("sub/settings.json", "no settings", "sub/settings.json")]
    [InlineData("sub/spiece.model", "no model", "is no SentencePiece model")]
    [InlineData("classes.txt", "one\0two", "is no text")]
    public void Content_OfASmallFile_IsOfItsKind(string name, string body, string expected)
    {
        JsonObject entry = FetchRig.Entry(FetchRig.Model, FetchRig.Weights, FetchRig.Remote);
        entry["files"]!.AsArray().Insert(0, JsonNode.Parse($$"""{ "name": "{{name}}", "remote": ["{{name}}"] }"""));
        rig.Add(entry);
        rig.Hub.On($"/{FetchRig.Repository}/resolve/main/{name}", _ => new HubReply { Body = System.Text.Encoding.UTF8.GetBytes(body) });

        Assert.Contains(expected, rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Redirects_KeepTheTokenAtHome()
    {
        rig.Cli.Environment["HF_TOKEN"] = Token;
        rig.Cli.Environment["HF_ENDPOINT"] = rig.Hub.Address;
        using TestHub store = new();
        store.On("/blob", TestHub.File(FetchRig.Weights));
        rig.Hub.On(FetchRig.Path, _ => HubReply.Redirect("/renamed?x=1"));
        rig.Hub.On("/renamed?x=1", _ => HubReply.Redirect(store.Address + "/blob"));
        CliResult result = rig.Fetch("--verbose");
        Assert.Equal(0, result.Code);
        Assert.Equal([$"Bearer {Token}", $"Bearer {Token}"], rig.Hub.Requests.Select(request => request["Authorization"]));
        Assert.Null(Assert.Single(store.Requests)["Authorization"]);
        Assert.DoesNotContain(Token, result.Error + result.Output);
    }

    [Fact]
    public void Token_NotGiven_IsNotSent()
    {
        Assert.Equal(0, rig.Fetch().Code);
        Assert.All(rig.Hub.Requests, request => Assert.Null(request["Authorization"]));
        Assert.All(rig.Hub.Requests, request => Assert.Null(request["Cookie"]));
    }

    [Fact]
    public void Token_WhereOnlyTheManifestNamesTheEndpoint_IsWithheldAndThatIsSaid()
    {
        rig.Cli.Environment["HF_TOKEN"] = Token;
        CliResult result = rig.Fetch();
        Assert.Equal(0, result.Code);
        Assert.NotEmpty(rig.Hub.Requests);
        Assert.All(rig.Hub.Requests, request => Assert.Null(request["Authorization"]));
        Assert.Contains($"HF_TOKEN is not sent, since it is the file of --manifest that names {rig.Hub.Address}", result.Error);
        Assert.DoesNotContain(Token, result.Error + result.Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Token_WhereTheUserNamesTheEndpoint_IsSent(bool asOption)
    {
        rig.Cli.Environment["HF_TOKEN"] = Token;
        if (!asOption)
        {
            rig.Cli.Environment["HF_ENDPOINT"] = rig.Hub.Address;
        }
        CliResult result = asOption ? rig.Fetch("--endpoint", rig.Hub.Address) : rig.Fetch();
        Assert.Equal(0, result.Code);
        Assert.Equal($"Bearer {Token}", Assert.Single(rig.Hub.Requests)["Authorization"]);
        Assert.DoesNotContain("HF_TOKEN", result.Error);
    }

    [Fact]
    public void Token_IsNeverPrinted()
    {
        rig.Cli.Environment["HF_TOKEN"] = Token;
        rig.Cli.Environment["HF_ENDPOINT"] = rig.Hub.Address;
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Status = 401 });
        CliResult result = rig.Fetch("--verbose");
        Assert.DoesNotContain(Token, result.Error + result.Output);
        rig.Cli.Environment["HF_TOKEN"] = Token + " and more";
        result = rig.Fetch("--verbose");
        Assert.Equal(2, result.Code);
        Assert.DoesNotContain(Token, result.Error + result.Output);
    }

    [Fact]
    public void Token_ToAnOpenAddressElsewhere_IsNotSent()
    {
        rig.Cli.Environment["HF_TOKEN"] = Token;
        HubToken token = HubToken.Read(rig.Cli.Console(TextWriter.Null, TextWriter.Null))!;
        using HubClient open = new(HubEndpoint.Parse("http://hub.example", ""), token, new TransferPatience());
        using HubClient secure = new(HubEndpoint.Parse("https://hub.example", ""), token, new TransferPatience());
        using HubClient local = new(HubEndpoint.Parse("http://localhost:1", ""), token, new TransferPatience());
        Assert.Equal((false, true, true), (open.HasToken, secure.HasToken, local.HasToken));
        Assert.DoesNotContain("secret", $"{token}");
    }

    [Fact]
    public void Redirects_WithoutEnd_AreLeft()
    {
        rig.Hub.On(FetchRig.Path, _ => HubReply.Redirect(FetchRig.Path));
        Assert.Contains("leads from one address to the next", rig.Fetch().FailsIn(1));
        Assert.Equal(7, rig.Hub.Requests.Count);
        Assert.Empty(rig.Files);
    }

    [Theory]
    [InlineData("ftp://x.example/file")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ht\u001btp://x.example/\u202E")]
    [InlineData(null)]
    public void Redirect_ToWhatIsNoWebAddress_IsRefused(string? location)
    {
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Status = 302, Headers = location is null ? [] : [("Location", location)] });
        Assert.Contains("leads to an address that is none", rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Files);
    }

    [Fact]
    public void Signature_OfARedirect_IsNotPrinted()
    {
        using TestHub store = new();
        store.On("/blob?signature=hidden", _ => new HubReply { Status = 418 });
        rig.Hub.On(FetchRig.Path, _ => HubReply.Redirect(store.Address + "/blob?signature=hidden"));
        CliResult result = rig.Fetch("--verbose");
        Assert.Single(store.Requests);
        Assert.DoesNotContain("hidden", result.Error);
    }

    [Fact]
    public void Model_BeingFetched_IsNotFetchedTwice()
    {
        CliResult? second = null;
        rig.Hub.On(FetchRig.Path, request =>
        {
            second ??= rig.Fetch();
            return TestHub.File(FetchRig.Weights)(request);
        });
        Assert.Equal(0, rig.Fetch().Code);
        string line = second!.FailsIn(1);
        Assert.Contains($"{rig.Directory}: another narvk is fetching this model", line);
        Assert.Single(rig.Hub.Requests);
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
    }

    [Fact]
    public void Listing_ThatIsNone_IsSaid()
    {
        rig.Add(FetchRig.Entry(FetchRig.Model, null));
        string path = $"/api/models/{FetchRig.Repository}/tree/main";
        Assert.Contains("there is no such file (404)", rig.Fetch().FailsIn(3));
        rig.Hub.On(path, _ => new HubReply { Body = "{}"u8.ToArray() });
        Assert.Contains("no list of a repository's files", rig.Fetch().FailsIn(3));
        rig.Hub.On(path, _ => new HubReply { Body = "[nonsense"u8.ToArray() });
        Assert.Contains("not valid JSON", rig.Fetch().FailsIn(3));
        rig.Hub.On(path, _ => new HubReply { Body = new byte[5 << 20] });
        Assert.Contains("name the file with --file", rig.Fetch().FailsIn(3));
        Assert.Empty(rig.Files);
    }
}
