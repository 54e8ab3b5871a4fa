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

    [SkippableFact]
    public void Open_WhereALinkIsLaidBetween_NeverOpensWhatItLeadsTo()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryFolder folder = new();
        string precious = folder.Write("precious", "mine"), part = folder.File("a.part");
        using CancellationTokenSource end = new();
        Task other = Task.Run(() =>
        {
            string aside = folder.File("aside");
            while (!end.IsCancellationRequested)
            {
                File.WriteAllText(aside, "part");
                File.Move(aside, part, overwrite: true);
                File.CreateSymbolicLink(aside, precious);
                File.Move(aside, part, overwrite: true);
            }
        });
        try
        {
            // Until both were met often, so that the exchange fell between looking and opening, too.
            for (int opened = 0, refused = 0; (opened < 500 || refused < 500) && !other.IsCompleted;)
            {
                try
                {
                    using FileStream stream = GrowingFile.Open(part, FileShare.ReadWrite | FileShare.Delete);
                    stream.SetLength(0);
                    opened++;
                }
                catch (OutputFileException)
                {
                    refused++;
                }
            }
        }
        finally
        {
            end.Cancel();
            other.Wait();
        }
        Assert.Equal("mine", File.ReadAllText(precious));
    }
}
