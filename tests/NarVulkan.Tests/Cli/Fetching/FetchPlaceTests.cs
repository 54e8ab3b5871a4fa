using System.Diagnostics;
using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Fetching;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>What lies already where <c>narvk fetch</c> writes: links, pipes, files that are closed to others.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FetchPlaceTests : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FetchRig rig = new();

    public FetchPlaceTests() => Skip.If(OperatingSystem.IsWindows(), "links need a privilege there, and permissions are the folder's");

    public void Dispose() => rig.Dispose();

    [SkippableTheory]
    [InlineData("generator.weights.part.json")]
    [InlineData("SHA256SUMS")]
    [InlineData("narvk.json")]
    public void Link_WhereAFileOfTheProgramsOwnNameWillBe_IsNotWrittenThrough(string name)
    {
        string precious = rig.Cli.Folder["precious"];
        // A list of checksums would be added to.
        string mine = new string('0', 64) + "  mine\n";
        File.WriteAllText(precious, mine);
        Directory.CreateDirectory(rig.Directory);
        File.CreateSymbolicLink(Path.Combine(rig.Directory, name), precious);
        CliResult result = rig.Fetch("--restart");
        Assert.Equal(mine, File.ReadAllText(precious));
        Assert.True(result.Code == 0, result.Error);
    }

    [SkippableFact]
    public void Link_OfAStrangerOnTheWay_IsNotFollowed()
    {
        OtherUser.SkipUnlessPossible();
        string open = rig.Cli.Folder["open"], home = rig.Cli.Folder["home"];
        Directory.CreateDirectory(open);
        Directory.CreateDirectory(home);
        File.SetUnixFileMode(open, OtherUser.OpenToAll);
        File.CreateSymbolicLink(Path.Combine(open, "models"), home);
        OtherUser.Give(Path.Combine(open, "models"));

        Assert.Contains("another user laid it", rig.Fetch("--out", "open/models").FailsIn(1));
        Assert.Empty(Directory.GetFileSystemEntries(home));
    }

    [SkippableFact]
    public void Restart_OverAFileThatIsClosedToOthers_KeepsThatAndItsPartsToo()
    {
        Assert.Equal(0, rig.Fetch().Code);
        File.SetUnixFileMode(rig.Target, Closed);
        List<UnixFileMode> modes = [];
        rig.Disk.Written = _ => modes.AddRange(new[] { rig.Part, rig.Part + ".json" }.Select(File.GetUnixFileMode));
        Assert.Equal(0, rig.Fetch("--restart").Code);
        Assert.NotEmpty(modes);
        Assert.All(modes, mode => Assert.Equal(Closed, mode));
        Assert.Equal(Closed, File.GetUnixFileMode(rig.Target));
    }

    [SkippableFact]
    public void Commit_OverAFileThatBecameClosedMeanwhile_KeepsThat()
    {
        rig.Disk.Written = _ =>
        {
            File.WriteAllText(rig.Target, "old");
            File.SetUnixFileMode(rig.Target, UnixFileMode.UserRead);
        };
        Assert.Equal(0, rig.Fetch("--restart").Code);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(rig.Target));
    }

    [SkippableFact]
    public void Pipe_WhereThePartWillBe_IsOneLine()
    {
        Directory.CreateDirectory(rig.Directory);
        using (Process made = Process.Start("mkfifo", [rig.Part]))
        {
            made.WaitForExit();
        }
        Assert.Contains($"{rig.Part}: is a pipe or device", rig.Fetch().FailsIn(1));
        Assert.Empty(rig.Hub.Requests);
    }

    [SkippableFact]
    public void Weights_WhoseSizeNobodyTells_AreCutOffLongBeforeTheyFillADisk()
    {
        rig.Know(bytes: null, sha256: null);
        rig.Hub.On(FetchRig.Path, _ => new HubReply { Body = FetchRig.Weights, TellsLength = false });
        // As if so much had come: a hole, which takes no room.
        rig.Disk.Written = length => Grow(FetchableFile.MostUntold - length);
        string line = rig.Fetch().FailsIn(3);
        Assert.Contains($"sends more than the {64L << 30} bytes", line);
        Assert.DoesNotContain(rig.Files, file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    // The program alone has it open, and others may read: the bytes are added by its name.
    private void Grow(long bytes)
    {
        if (bytes > 0 && new FileInfo(rig.Part).Length < FetchableFile.MostUntold)
        {
            using Process made = Process.Start("truncate", ["-s", $"{FetchableFile.MostUntold}", rig.Part]);
            made.WaitForExit();
        }
    }
}
