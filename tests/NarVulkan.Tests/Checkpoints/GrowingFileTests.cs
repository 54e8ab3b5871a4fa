using System.Runtime.Versioning;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class GrowingFileTests
{
    [Fact]
    public void Open_ExistingFile_KeepsWhatIsThere()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.part", "kept");
        using (FileStream stream = GrowingFile.Open(path, FileShare.Read))
        {
            Assert.Equal(4, stream.Length);
        }
        Assert.Equal("kept", File.ReadAllText(path));
    }

    [SkippableTheory]
    [InlineData("precious")]
    [InlineData("not there")]
    public void Open_Link_IsRefusedAndWhatItLeadsToStays(string target)
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryFolder folder = new();
        string precious = folder.Write("precious", "mine"), link = folder.File("a.part");
        File.CreateSymbolicLink(link, folder.File(target));

        Assert.Contains("is a link", Assert.Throws<OutputFileException>(() => GrowingFile.Open(link, FileShare.None)).Message, StringComparison.Ordinal);

        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.False(File.Exists(folder.File("not there")));
    }

    [SkippableFact]
    public void Open_Pipe_IsRefusedInOneLine()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pipes among the files");
        using TemporaryFolder folder = new();
        string pipe = folder.File("a.part");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            made.WaitForExit();
        }

        string message = Assert.Throws<OutputFileException>(() => GrowingFile.Open(pipe, FileShare.Read)).Message;

        Assert.StartsWith($"{pipe}: is a pipe or device", message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(0b110_000_000, false, 0b110_000_000)]
    [InlineData(0b110_000_000, true, 0b110_000_000)]
    [InlineData(0b110_100_000, true, 0b110_100_000)]
    [InlineData(0b100_000_000, false, 0b110_000_000)]
    [UnsupportedOSPlatform("windows")]
    public void Open_LikeAFileThatIsClosedToOthers_IsClosedToThem(int like, bool isThere, int expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such permissions");
        using TemporaryFolder folder = new();
        string target = folder.Write("a", "whole"), part = folder.File("a.part");
        File.SetUnixFileMode(target, (UnixFileMode)like);
        if (isThere)
        {
            File.SetUnixFileMode(folder.Write("a.part", "kept"), (UnixFileMode)0b110_110_110);
        }

        using FileStream stream = GrowingFile.Open(part, FileShare.Read, like: target);

        Assert.Equal((UnixFileMode)expected, File.GetUnixFileMode(part));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public void Open_InAFolderThatEverybodyMayWriteTo_TakesNoFileOfAnotherUsersOrOfTwoNames(bool isAnothers)
    {
        OtherUser.SkipUnlessPossible();
        using TemporaryFolder folder = new();
        string part = folder.Write("open/a.part", "theirs");
        File.SetUnixFileMode(folder.File("open"), OtherUser.OpenToAll);
        GrowingFile.Open(part, FileShare.None).Dispose();
        if (isAnothers)
        {
            OtherUser.Give(part);
        }
        else
        {
            using var made = System.Diagnostics.Process.Start("ln", [part, folder.File("second")]);
            made.WaitForExit();
        }

        Assert.Contains("is another user's, or has a second name", Assert.Throws<OutputFileException>(() => GrowingFile.Open(part, FileShare.None)).Message, StringComparison.Ordinal);
        Assert.Equal("theirs", File.ReadAllText(part));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_WhereALinkIsLaidBetweenLookingAndOpening_IsRefusedAndTouchesNothing(bool isThere)
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryFolder folder = new();
        string target = isThere ? folder.Write("precious", "mine") : folder.File("not there"), part = folder.File("a.part");
        if (isThere)
        {
            folder.Write("a.part", "kept");
        }

        string message = Assert.Throws<OutputFileException>(() => GrowingFile.Open(part, FileShare.None, looked: () =>
        {
            File.Delete(part);
            File.CreateSymbolicLink(part, target);
        })).Message;

        Assert.Contains("is a link", message, StringComparison.Ordinal);
        Assert.Equal(isThere ? "mine" : null, File.Exists(target) ? File.ReadAllText(target) : null);
    }
}
