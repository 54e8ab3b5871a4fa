using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>What is believed of a cache: only what nobody else can have written.</summary>
public sealed class CacheFileTests : IDisposable
{
    private const string NoModes = "Windows has no such permissions";

    private readonly TemporaryFolder folder = new();

    private string FilePath => folder.File("narvk/cache.bin");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_AfterReplace_GivesTheBytes()
    {
        CacheFile.Replace(FilePath, "first"u8);
        CacheFile.Replace(FilePath, "second"u8);

        Assert.Equal("second"u8.ToArray(), CacheFile.Read(FilePath, 100));
        Assert.Single(Directory.GetFiles(folder.File("narvk")));
    }

    [Fact]
    public void Read_NoFile_IsNull() => Assert.Null(CacheFile.Read(FilePath, 100));

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void Replace_WhateverTheMask_IsForThisUserAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), NoModes);
        CacheFile.Replace(FilePath, "secret"u8);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("narvk")));
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void Read_OthersMayWrite_IsRefusedUntilItIsReplaced(UnixFileMode more)
    {
        Skip.If(OperatingSystem.IsWindows(), NoModes);
        CacheFile.Replace(FilePath, "poison"u8);
        File.SetUnixFileMode(FilePath, File.GetUnixFileMode(FilePath) | more);

        Assert.Contains("other users may write", Assert.Throws<IOException>(() => CacheFile.Read(FilePath, 100)).Message, StringComparison.Ordinal);

        CacheFile.Replace(FilePath, "clean"u8);
        Assert.Equal("clean"u8.ToArray(), CacheFile.Read(FilePath, 100));
    }

    [SkippableFact]
    public void Read_OfAnotherUser_IsRefused()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can give a file away, and only Linux is asked for owners");
        CacheFile.Replace(FilePath, "poison"u8);
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", FilePath]))
        {
            chown.WaitForExit();
            Assert.Equal(0, chown.ExitCode);
        }

        Assert.Contains("another user", Assert.Throws<IOException>(() => CacheFile.Read(FilePath, 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LongerThanAllowed_IsRefused()
    {
        CacheFile.Replace(FilePath, new byte[101]);
        Assert.Contains("101 bytes", Assert.Throws<IOException>(() => CacheFile.Read(FilePath, 100)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_LinkToADevice_IsRefusedAtOnce()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no such device");
        Directory.CreateDirectory(folder.File("narvk"));
        File.CreateSymbolicLink(FilePath, "/dev/zero");
        Assert.Throws<IOException>(() => CacheFile.Read(FilePath, 100));
    }

    [Fact]
    public void Replace_WhereNothingCanBe_LeavesNothing()
    {
        // A folder of that name: the move fails, and what was written aside must go.
        Directory.CreateDirectory(folder.File("narvk/cache.bin/inner"));
        Assert.ThrowsAny<Exception>(() => CacheFile.Replace(FilePath, "x"u8));
        Assert.Empty(Directory.GetFiles(folder.File("narvk")));
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void Replace_ThroughAStrangersLink_IsRefusedAndLeavesNothing()
    {
        OtherUser.SkipUnlessPossible();
        Directory.CreateDirectory(folder.File("home"));
        Directory.CreateDirectory(folder.File("open"));
        File.SetUnixFileMode(folder.File("open"), OtherUser.OpenToAll);
        File.CreateSymbolicLink(folder.File("open/narvk"), folder.File("home"));
        OtherUser.Give(folder.File("open/narvk"));

        Assert.Contains("another user laid it", Assert.Throws<IOException>(() => CacheFile.Replace(folder.File("open/narvk/cache.bin"), "x"u8)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("home")));
    }
}
