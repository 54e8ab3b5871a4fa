using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class UnfinishedFilesTests
{
    [Fact]
    public void DeleteAll_DeletesWhatWasAddedAndNotRemoved()
    {
        using TemporaryFolder folder = new();
        UnfinishedFiles files = new();
        string torn = folder.Write("torn", "half"), done = folder.Write("done", "whole");
        files.Add(torn);
        files.Add(done);
        files.Remove(done);
        files.Add(folder.File("never made"));
        files.Add(folder.Path);

        files.DeleteAll();

        Assert.Equal([done], Directory.GetFileSystemEntries(folder.Path));
    }
}
