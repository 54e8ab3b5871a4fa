using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class PipelineCacheFileTests : IDisposable
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"narvk-cache-{Guid.NewGuid():n}");

    private string FilePath => Path.Combine(_folder, "inner", "pipelines.bin");

    [Fact]
    public void Load_AfterSave_ReturnsTheData()
    {
        Assert.True(new PipelineCacheFile(FilePath).Save(Data));

        var file = new PipelineCacheFile(FilePath);
        Assert.Equal(Data, file.Load());
        Assert.Null(file.Problem);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void Load_NoFile_IsEmptyAndNoProblem()
    {
        var file = new PipelineCacheFile(FilePath);

        Assert.Empty(file.Load());
        Assert.Null(file.Problem);
    }

    [Fact]
    public void Load_AnyByteChanged_IsIgnored()
    {
        new PipelineCacheFile(FilePath).Save(Data);
        var saved = File.ReadAllBytes(FilePath);
        for (var i = 0; i < saved.Length; i += i < 64 ? 1 : 97)
        {
            var damaged = (byte[])saved.Clone();
            damaged[i] ^= 0x40;
            File.WriteAllBytes(FilePath, damaged);

            var file = new PipelineCacheFile(FilePath);
            Assert.Empty(file.Load());
            Assert.Contains("damaged", file.Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(500)]
    public void Load_CutShort_IsIgnored(int length)
    {
        new PipelineCacheFile(FilePath).Save(Data);
        File.WriteAllBytes(FilePath, File.ReadAllBytes(FilePath)[..length]);

        Assert.Empty(new PipelineCacheFile(FilePath).Load());
    }

    [Fact]
    public void Save_WhereNoFolderCanBe_IsReportedNotThrown()
    {
        Directory.CreateDirectory(_folder);
        var blocked = Path.Combine(_folder, "file");
        File.WriteAllText(blocked, "not a folder");
        var file = new PipelineCacheFile(Path.Combine(blocked, "pipelines.bin"));

        Assert.False(file.Save(Data));
        Assert.Contains("could not be written", file.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void For_EmptyFolder_IsNoCache()
    {
        var file = new PipelineCacheFile(null);

        Assert.Empty(file.Load());
        Assert.False(file.Save(Data));
        Assert.Null(file.Problem);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
