using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_NewFileInNewFolder_AppearsWithItsContents()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a/b/c.bin");

        AtomicFile.Write(path, stream => stream.Write("hello"u8));

        Assert.Equal("hello", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.File("a/b")));
    }

    [Fact]
    public void Write_ThatFailsHalfway_LeavesTheOldFileAndNothingElse()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("c.bin", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException("the encoder failed");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_WithASync_WaitsForAllBytesBeforeTheFileGetsItsName()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("c.bin", "old");
        RecordingDiskSync sync = new() { BeforeFile = _ => Assert.Equal("old", File.ReadAllText(path)) };

        AtomicFile.Write(path, stream => stream.Write(new byte[100_000]), sync);

        Assert.Equal([100_000], sync.FileLengths);
        Assert.Equal(100_000, new FileInfo(path).Length);
    }

    [Fact]
    public void Write_SyncThatFails_LeavesTheOldFile()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("c.bin", "old");
        RecordingDiskSync sync = new() { BeforeFile = _ => throw new IOException("the disk is gone") };

        Assert.Contains("the disk is gone", Assert.Throws<OutputFileException>(() => AtomicFile.Write(path, stream => stream.Write("new"u8), sync)).Message, StringComparison.Ordinal);

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Folder_OfTheDiskItself_IsQuietWhateverTheFolder()
    {
        using TemporaryFolder folder = new();
        DiskSync.Instance.Folder(folder.Path);
        DiskSync.Instance.Folder(folder.File("none"));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using TemporaryFolder folder = new();
        using (AtomicFile file = AtomicFile.Create(folder.File("c.bin")))
        {
            file.Write("half"u8);
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_DiskThatFillsUp_IsOneClearLineAndLeavesTheOldFile()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("c.bin", "old");
        const int diskFull = 28; // ENOSPC, as .NET reports it on Linux and macOS.

        OutputFileException failure = Assert.Throws<OutputFileException>(
            () => AtomicFile.Write(path, _ => throw new IOException("No space left on device", diskFull)));

        Assert.Equal($"{path}: cannot be written: the disk is full; free some space or choose another place", failure.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [SkippableFact]
    public void Write_FullDevice_IsOneClearLine()
    {
        Skip.IfNot(File.Exists("/dev/full"), "this system has no /dev/full");

        OutputFileException failure = Assert.Throws<OutputFileException>(() => NpyFile.Write("/dev/full", [2], [1f, 2f]));

        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists("/dev/full"));
    }

    [SkippableFact]
    public void Write_ThroughALink_ReplacesWhatItPointsTo()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        using TemporaryFolder folder = new();
        string target = folder.Write("target.bin", "old");
        string link = folder.File("link.bin");
        File.CreateSymbolicLink(link, target);

        AtomicFile.Write(link, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
    }

    [SkippableTheory]
    [InlineData("precious")]
    [InlineData("not there")]
    public void WriteOwn_WhereALinkLies_TakesItsPlaceAndWhatItLeadsToStays(string target)
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        using TemporaryFolder folder = new();
        string precious = folder.Write("precious", "mine"), link = folder.File("narvk.json");
        File.CreateSymbolicLink(link, folder.File(target));

        AtomicFile.WriteOwn(link, stream => stream.Write("new"u8));

        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.False(File.Exists(folder.File("not there")));
        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(link));
    }

    [Fact]
    public void Create_PathOfAFolder_IsRefused()
    {
        using TemporaryFolder folder = new();

        Assert.Contains("is a folder", Assert.Throws<OutputFileException>(() => AtomicFile.Create(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FileWhereAFolderShouldBe_IsRefused()
    {
        using TemporaryFolder folder = new();
        folder.Write("file", "x");

        Assert.Contains("cannot be written", Assert.Throws<OutputFileException>(() => AtomicFile.Create(folder.File("file/c.bin"))).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [UnsupportedOSPlatform("windows")]
    public void Write_OverAFile_KeepsItsPermissions(UnixFileMode mode)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such permissions");
        using TemporaryFolder folder = new();
        string path = folder.Write("c.bin", "old");
        File.SetUnixFileMode(path, mode);

        AtomicFile.Write(path, stream =>
        {
            Assert.All(Directory.GetFiles(folder.Path), file => Assert.Equal(mode, File.GetUnixFileMode(file)));
            stream.Write("new"u8);
        });

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(mode, File.GetUnixFileMode(path));
    }
}
