using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Links that another user laid where this one writes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StrangersLinkTests
{
    [SkippableTheory]
    [InlineData("link", "link", "precious/file")]
    [InlineData("own", "own -> link", "precious/file")]
    [InlineData("link/file", "link -> folder", "precious")]
    [InlineData("link/new/file", "link -> folder", "precious")]
    public void Create_ThroughAStrangersLinkInAnOpenFolder_IsRefusedAndNothingIsTouched(string output, string way, string target)
    {
        OtherUser.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        folder.Write("precious/file", "mine");
        Directory.CreateDirectory(folder.File("open"));
        File.SetUnixFileMode(folder.File("open"), OtherUser.OpenToAll);
        string link = folder.File("open/link");
        File.CreateSymbolicLink(link, folder.File(target));
        OtherUser.Give(link);
        if (way.StartsWith("own", StringComparison.Ordinal))
        {
            File.CreateSymbolicLink(folder.File("open/own"), link);
        }

        string message = Assert.Throws<OutputFileException>(() => AtomicFile.Write(folder.File("open/" + output), stream => stream.Write("new"u8))).Message;

        Assert.StartsWith(folder.File("open/" + output) + ": is ", message, StringComparison.Ordinal);
        Assert.Contains("in a folder that others may write to, and another user laid it; remove it", message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.File("precious/file")));
        Assert.Equal([folder.File("precious/file")], Directory.GetFileSystemEntries(folder.File("precious")));
        Assert.All(Directory.GetFileSystemEntries(folder.File("open")), entry => Assert.NotNull(new FileInfo(entry).LinkTarget));
    }

    [SkippableFact]
    public void Create_ThroughAnOwnLinkInAnOpenFolder_ReplacesWhatItPointsTo()
    {
        OtherUser.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        string target = folder.Write("target", "old");
        Directory.CreateDirectory(folder.File("open"));
        File.SetUnixFileMode(folder.File("open"), OtherUser.OpenToAll);
        OtherUser.Give(folder.File("open"));
        File.CreateSymbolicLink(folder.File("open/mine"), target);
        File.CreateSymbolicLink(folder.File("open/owners"), target);
        OtherUser.Give(folder.File("open/owners"));

        AtomicFile.Write(folder.File("open/mine"), stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(target));
        AtomicFile.Write(folder.File("open/owners"), stream => stream.Write("newer"u8));
        Assert.Equal("newer", File.ReadAllText(target));
    }
}
