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
}
