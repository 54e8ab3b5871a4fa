using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>Going on where a download stopped: with the same file, or from the start.</summary>
public sealed class FetchResumeTests : IDisposable
{
    private const int Stop = 300_000;

    private readonly FetchRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Connection_DroppedMidway_GoesOnInTheSameRun()
    {
        rig.Hub.OnInTurn(FetchRig.Path, Stopping(FetchRig.Weights, Stop), TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal([(null, null), ($"bytes={Stop}-", "\"tag\"")], Asked);
        Assert.Equal([TimeSpan.FromSeconds(1)], rig.Pauses);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Server_ThatStalls_IsLeftAndAskedForTheRest()
    {
        rig.Wait(patience => patience with { Stall = TimeSpan.FromMilliseconds(300) });
        rig.Hub.OnInTurn(FetchRig.Path, request => Stopping(FetchRig.Weights, Stop)(request) with { Stalls = true }, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal($"bytes={Stop}-", rig.Hub.Requests[1]["Range"]);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Run_AfterAFailedOne_GoesOn()
    {
        FailHalfway();
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(($"bytes={Stop}-", "\"tag\""), Asked[^1]);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Date_InPlaceOfATag_IsAValidatorToo()
    {
        const string changed = "Mon, 01 Jan 2024 00:00:00 GMT";
        HubReply Answer(HubRequest request, int? stop) => TestHub.File(FetchRig.Weights, changed)(request) is var reply
            ? reply with { StopsAfter = stop, Headers = [.. reply.Headers.Where(header => header.Name != "ETag"), ("Date", "Tue, 02 Jan 2024 00:00:00 GMT"), ("Last-Modified", changed)] }
            : reply;
        rig.Hub.OnInTurn(FetchRig.Path, request => Answer(request, Stop), request => Answer(request, null));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(($"bytes={Stop}-", changed), Asked[^1]);
        AssertInstalled(FetchRig.Weights);
    }

    [Theory]
    [InlineData("W/\"weak\"")]
    [InlineData(null)]
    public void Nothing_TellsWhetherTheFileIsTheSame_StartsOver(string? tag)
    {
        HubReply Answer(HubRequest request, int? stop) => new() { Headers = tag is null ? [] : [("ETag", tag)], Body = FetchRig.Weights, StopsAfter = stop };
        rig.Hub.OnInTurn(FetchRig.Path, request => Answer(request, Stop), request => Answer(request, null));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal([(null, null), (null, null)], Asked);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Server_ThatIgnoresRanges_SendsTheWholeOnceMore()
    {
        FailHalfway();
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Headers = [("ETag", "\"tag\"")], Body = FetchRig.Weights });
        Assert.Equal(0, rig.Fetch().Code);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Server_ThatSendsAnotherRange_IsAskedForTheWhole()
    {
        FailHalfway();
        rig.Hub.On(FetchRig.Path, request => request.From is null ? TestHub.File(FetchRig.Weights)(request)
            : new HubReply { Status = 206, Headers = [("Content-Range", $"bytes 5-{FetchRig.Weights.Length - 1}/{FetchRig.Weights.Length}")], Body = FetchRig.Weights[5..] });
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Null(Asked[^1].Range);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void File_ChangedMeanwhile_StartsOver()
    {
        FailHalfway();
        byte[] other = Changed();
        rig.Hub.On(FetchRig.Path, TestHub.File(other, "\"new\""));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(($"bytes={Stop}-", "\"tag\""), Asked[^1]);
        AssertInstalled(other);
    }

    [Fact]
    public void Redirect_ToTheSameContents_GoesOnWhateverTheTagThere()
    {
        using TestHub store = new();
        Link(store, FetchRig.Weights, "\"first\"", Stop);
        rig.Wait(patience => patience with { Attempts = 1 });
        rig.Fetch().FailsIn(1);
        Link(store, FetchRig.Weights, "\"second\"", null);
        CliResult result = rig.Fetch();
        Assert.Equal(0, result.Code);
        Assert.Equal(($"bytes={Stop}-", null), (store.Requests[^1]["Range"], store.Requests[^1]["If-Range"]));
        Assert.Contains("its SHA-256 is right", result.Error);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Redirect_ToOtherContents_StartsOver()
    {
        using TestHub store = new();
        Link(store, FetchRig.Weights, "\"tag\"", Stop);
        rig.Wait(patience => patience with { Attempts = 1 });
        rig.Fetch().FailsIn(1);
        byte[] other = Changed();
        Link(store, other, "\"tag\"", null);
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Null(store.Requests[^1]["Range"]);
        AssertInstalled(other);
    }

    [Fact]
    public void Mirror_WithoutAChecksum_DoesNotGoOnWithAnotherHubsPart()
    {
        FailHalfway();
        using TestHub mirror = new();
        byte[] other = Changed();
        mirror.On(FetchRig.Path, TestHub.File(other));
        Assert.Equal(0, rig.Fetch("--endpoint", mirror.Address).Code);
        Assert.Null(mirror.Requests[0]["Range"]);
        AssertInstalled(other);
    }

    [Fact]
    public void Part_DamagedOnDisk_IsFetchedAfresh()
    {
        rig.Know(null, TestHub.Sha256(FetchRig.Weights));
        FailHalfway();
        byte[] part = File.ReadAllBytes(rig.Part);
        part[1000] ^= 1;
        File.WriteAllBytes(rig.Part, part);
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal([$"bytes={Stop}-", null], rig.Hub.Requests.Skip(1).Select(request => request["Range"]));
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Part_ThatIsWhole_OnlyNeedsItsName()
    {
        FailHalfway();
        File.WriteAllBytes(rig.Part, FetchRig.Weights);
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(FetchRig.Weights.Length, rig.Hub.Requests[^1].From);
        AssertInstalled(FetchRig.Weights);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("nonsense")]
    public void Part_OfUnknownOrigin_IsNotUsed(string? origin)
    {
        FailHalfway();
        if (origin is null)
        {
            File.Delete(rig.Part + ".json");
        }
        else
        {
            File.WriteAllText(rig.Part + ".json", origin);
        }
        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Null(rig.Hub.Requests[^1]["Range"]);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Part_OfAnotherRevision_IsNotUsed()
    {
        FailHalfway();
        byte[] other = Changed();
        rig.Hub.On($"/{FetchRig.Repository}/resolve/v2/{FetchRig.Remote}", TestHub.File(other));
        Assert.Equal(0, rig.Fetch("--revision", "v2").Code);
        Assert.Null(rig.Hub.Requests[^1]["Range"]);
        AssertInstalled(other);
    }

    [Fact]
    public void Cancelled_KeepsThePartAndSaysSo()
    {
        using CancellationTokenSource stop = new();
        rig.Disk.Written = _ => stop.Cancel();
        CliResult result = rig.FetchNamed(FetchRig.Model, stop.Token);
        string line = result.FailsIn(130);
        long kept = new FileInfo(rig.Part).Length;
        Assert.InRange(kept, 1, FetchRig.Weights.Length);
        Assert.Contains($"{rig.Part} keeps {ByteText.Of(kept)}, and the same command goes on from there", line);
        Assert.Equal(["tiny/generator.weights.part", "tiny/generator.weights.part.json"], rig.Files);
        rig.Disk.Written = null;
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(kept, (long?)rig.Hub.Requests[^1].From);
        AssertInstalled(FetchRig.Weights);
    }

    [Fact]
    public void Cancelled_BeforeTheFirstByte_LeavesNothing()
    {
        using CancellationTokenSource stop = new();
        rig.Hub.On(FetchRig.Path, _ =>
        {
            stop.Cancel();
            return new HubReply { IsSilent = true };
        });
        Assert.Contains("nothing half-written was left", rig.FetchNamed(FetchRig.Model, stop.Token).FailsIn(130));
        Assert.Empty(rig.Files);
        Assert.False(Directory.Exists(rig.Directory));
    }

    [Fact]
    public void Disk_FullMidway_KeepsWhatItTook()
    {
        rig.Disk.Capacity = Stop;
        Assert.Contains("the disk is full", rig.Fetch().FailsIn(1));
        long kept = new FileInfo(rig.Part).Length;
        Assert.InRange(kept, 0, Stop);
        rig.Disk.Capacity = long.MaxValue;
        Assert.Equal(0, rig.Fetch().Code);
        Assert.Equal(kept, (long)(rig.Hub.Requests[^1].From ?? 0));
        AssertInstalled(FetchRig.Weights);
    }

    private List<(string? Range, string? Condition)> Asked => [.. rig.Hub.Requests.Select(request => (request["Range"], request["If-Range"]))];

    private static Func<HubRequest, HubReply> Stopping(byte[] bytes, int after) => request => TestHub.File(bytes)(request) with { StopsAfter = after };

    // Another version of the checkpoint that is a checkpoint, too: zip readers look for the end of the directory from behind.
    private static byte[] Changed()
    {
        byte[] other = [.. FetchRig.Weights];
        other[other.Length / 2] ^= 1;
        return other;
    }

    // The endpoint answers as the hub does: checksum and size, and where the file lies.
    private void Link(TestHub store, byte[] bytes, string tag, int? stop)
    {
        rig.Hub.On(FetchRig.Path, _ => HubReply.Redirect(
            store.Address + "/blob", ("X-Linked-Etag", $"\"{TestHub.Sha256(bytes)}\""), ("X-Linked-Size", $"{bytes.Length}")));
        store.On("/blob", request => TestHub.File(bytes, tag)(request) with { StopsAfter = stop });
    }

    private void FailHalfway()
    {
        rig.Wait(patience => patience with { Attempts = 1 });
        rig.Hub.On(FetchRig.Path, Stopping(FetchRig.Weights, Stop));
        Assert.Contains("same command", rig.Fetch().FailsIn(1));
        Assert.Equal(Stop, new FileInfo(rig.Part).Length);
        Assert.Equal(["tiny/generator.weights.part", "tiny/generator.weights.part.json"], rig.Files);
    }

    private void AssertInstalled(byte[] expected)
    {
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
        Assert.Equal(expected, File.ReadAllBytes(rig.Target));
    }
}
