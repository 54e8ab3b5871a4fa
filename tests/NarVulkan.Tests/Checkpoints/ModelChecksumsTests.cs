using System.Security.Cryptography;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class ModelChecksumsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string weights;

    public ModelChecksumsTests() => weights = folder.Write("weights.bin", "abc");

    public void Dispose() => folder.Dispose();

    // FIPS 180-2, appendix B.1.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Theory]
    [InlineData(OfAbc + "  weights.bin\n")]
    [InlineData(OfAbc + " *weights.bin")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD  ./weights.bin\r\n\r\n")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  another file\n" + OfAbc + "  weights.bin\n")]
    public void Verify_RightChecksum_ReadsTheWholeFile(string sums)
    {
        folder.Write("SHA256SUMS", sums);
        List<(long, long)> seen = [];

        ModelChecksums.Verify(folder.Path, [weights], (done, total) => seen.Add((done, total)));

        Assert.Equal((3, 3), seen[^1]);
    }

    [Fact]
    public void Verify_FileThatLiesElsewhere_IsFoundInTheModelsListOrInTheOneBesideIt()
    {
        folder.Write("model/SHA256SUMS", OfAbc + "  ../weights.bin\n");
        ModelChecksums.Verify(folder.File("model"), [weights], (_, _) => { });
        File.Delete(folder.File("model/SHA256SUMS"));
        folder.Write("SHA256SUMS", OfAbc + "  weights.bin\n");
        ModelChecksums.Verify(folder.File("model"), [weights], (_, _) => { });
    }

    [Fact]
    public void Verify_AnotherFile_IsRefused()
    {
        folder.Write("SHA256SUMS", OfAbc + "  weights.bin\n");
        File.WriteAllText(weights, "abd");

        IsRefused(weights, $"has SHA-256 {Convert.ToHexStringLower(SHA256.HashData("abd"u8))}, but {OfAbc} is expected");
    }

    [Fact]
    public void Verify_FileThatGrowsMeanwhile_ReadsTheLengthThatItHad()
    {
        byte[] contents = new byte[3 << 20];
        string path = folder.Write("growing.bin", contents);
        folder.Write("SHA256SUMS", $"{Convert.ToHexStringLower(SHA256.HashData(contents))}  growing.bin\n");
        long read = 0;

        ModelChecksums.Verify(folder.Path, [path], (done, _) =>
        {
            read = done < 8 << 20 ? done : throw new InvalidOperationException("reads without end");
            using FileStream more = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            more.Write(new byte[1 << 20]);
        });

        Assert.Equal(contents.Length, read);
    }

    [Fact]
    public void Verify_FileThatIsNotListed_IsRefused()
    {
        IsRefused(weights, "has no checksum in ");
        folder.Write("SHA256SUMS", OfAbc + "  others.bin\n");
        IsRefused(weights, "has no checksum in ");
    }

    [Theory]
    [InlineData("weights.bin\n", "line 1 is no checksum")]
    [InlineData(OfAbc + "  a\nxyz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n", "line 2 is no checksum")]
    [InlineData(OfAbc + " weights.bin\n", "line 1 is no checksum")]
    [InlineData(OfAbc + "  weights.bin\n0000000000000000000000000000000000000000000000000000000000000000  weights.bin\n", "line 2 gives a file a second checksum")]
    public void Verify_DamagedList_IsRefused(string sums, string problem)
    {
        string list = folder.Write("SHA256SUMS", sums);
        IsRefused(list, problem);
    }

    [Fact]
    public void Verify_ListOfMegabytes_IsRefused()
    {
        string list = folder.Write("SHA256SUMS", new string('\n', (1 << 20) + 1));
        IsRefused(list, "at most 1048576 are supported");
    }

    [Fact]
    public void Add_ToAList_KeepsTheOthersAndReplacesItsOwn()
    {
        ChecksumFile.Add(folder.Path, [("b/weights.bin", OfAbc), ("a", new string('0', 64))]);
        ChecksumFile.Add(folder.Path, [("a", new string('1', 64))]);

        Assert.Equal($"{new string('1', 64)}  a\n{OfAbc}  b/weights.bin\n", File.ReadAllText(folder.File("SHA256SUMS")));
    }

    [Fact]
    public void FilesOf_AModel_AreItsWeightsAndSettings()
    {
        foreach (string name in (string[])["larp_tokenizer.pth", "config.json"])
        {
            File.Copy(TestPaths.Fixture($"golden/larp-tokenizer/tokenizer/{name}"), folder.File(name));
        }
        folder.Write("narvk.json", """{ "format": 1, "tokenizer": { "kind": "larp", "weights": "larp_tokenizer.pth", "config": "config.json" } }""");
        ModelFolder model = ModelFolder.Open(folder.Path);

        Assert.Equal(["config.json", "larp_tokenizer.pth"], ModelChecksums.FilesOf(model, generator: true, tokenizer: true).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Empty(ModelChecksums.FilesOf(model, generator: true, tokenizer: false));
    }

    [Theory]
    [InlineData("demo-video")]
    [InlineData("demo-image")]
    public void Verify_BundledModel_IsWhatItsListSays(string name)
    {
        string directory = Path.Combine(TestPaths.RepositoryRoot, "weights", name);

        ModelChecksums.Verify(directory, ModelChecksums.FilesOf(ModelFolder.Open(directory), generator: true, tokenizer: true), (_, _) => { });
    }

    private void IsRefused(string path, string problem) =>
        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => ModelChecksums.Verify(folder.Path, [weights], (_, _) => { })), path, problem);
}
