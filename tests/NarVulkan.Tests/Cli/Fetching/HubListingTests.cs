using NarVulkan.Cli.Fetching;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

public sealed class HubListingTests
{
    [Theory]
    [InlineData("a.pt", "a.pt")]
    [InlineData("README.md a.pth config.json", "a.pth")]
    [InlineData("pytorch_model.bin model.safetensors", "model.safetensors")]
    [InlineData("../a.pt b.pt", "b.pt")]
    [InlineData("a?b.pt c.pt", "c.pt")]
    public void Choose_OneThatIsMeant_TakesIt(string listed, string expected) => Assert.Equal(expected, HubListing.Choose("x", Files(listed)).Path);

    [Theory]
    [InlineData("", "no weights")]
    [InlineData("README.md", "no weights")]
    [InlineData("a.pt b.pt", "several weights files; name one with --file: a.pt, b.pt")]
    [InlineData("a.safetensors b.safetensors c.pt", "several weights files")]
    public void Choose_NoneOrSeveral_Says(string listed, string expected) =>
        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => HubListing.Choose("x", Files(listed))).Message);

    [Fact]
    public void Read_TakesChecksumsOfLargeFilesOnly()
    {
        string sha256 = new('a', 64);
        RemoteFile[] files = [.. HubListing.Read("x", System.Text.Encoding.UTF8.GetBytes($$"""
            [{ "type": "file", "path": "a.pt", "size": 5000000000, "oid": "{{new string('1', 40)}}", "lfs": { "oid": "{{sha256}}", "size": 5000000000 } },
             { "type": "file", "path": "b.json", "size": 7, "oid": "{{new string('2', 64)}}" },
             { "type": "directory", "path": "c" }]
            """))];
        Assert.Equal([new RemoteFile("a.pt", 5_000_000_000, sha256), new RemoteFile("b.json", 7, null)], files);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""[{ "type": "file" }]""")]
    [InlineData("""[{ "type": "file", "path": 3 }]""")]
    [InlineData("""[{ "type": "file", "path": "a.pt", "size": -1 }]""")]
    [InlineData("""[{ "type": "file", "path": "a.pt", "size": 1e30 }]""")]
    [InlineData("\"x\"")]
    public void Read_NoListing_IsRefused(string text) => Assert.Throws<ModelFileException>(() => HubListing.Read("x", System.Text.Encoding.UTF8.GetBytes(text)));

    private static List<RemoteFile> Files(string listed) =>
        [.. listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => new RemoteFile(path, 1, null))];
}
