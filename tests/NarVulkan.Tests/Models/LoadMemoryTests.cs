using System.Text;
using NarVulkan.Checkpoints;
using NarVulkan.Conversion;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>What loading leaves in memory, what it tells while it runs, and what it refuses before it begins.</summary>
[Collection(ModelCollection.Name)]
public sealed class LoadMemoryTests(ModelFixture fixture) : IDisposable
{
    private static readonly NarRandomModel Random = new()
    {
        Architecture = "nar-c2i", Width = 256, Blocks = 3, Heads = 4, Grid = [4, 4], Vocabulary = 2048, Classes = 10,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("fp32", NarPrecision.Float32)]
    [InlineData("fp32", NarPrecision.Float16)]
    [InlineData("fp16", NarPrecision.Float16)]
    [InlineData("q8", NarPrecision.Q8)]
    public void Load_OfALargeFile_MapsNothingButItsHeader(string stored, NarPrecision precision)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only there the system tells which pages of a file are in memory");
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        var description = RandomModelLoading.Describe(Random).Generator!;
        string path = Convert(description, stored);
        using WeightFile file = WeightFile.Open(path);
        Assert.InRange(file.Tensors.Values.Sum(tensor => tensor.ElementCount), 4_000_000, 8_000_000);

        using var engine = ModelLoading.LoadGenerator(fixture.RequireContext(), file, description, new NarLoadOptions { Precision = precision }).Engine;

        // The system maps 64 KiB around what is looked at.
        Assert.InRange(ResidentBytes(path), 0, 256 << 10);
    }

    [SkippableFact]
    public void Load_WithTokenizer_TellsOfBothAndEndsAtTheTotal()
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        List<NarLoadProgress> seen = [];
        string demo = Path.Combine(TestPaths.RepositoryRoot, "weights/demo-video");

        using NarModel model = NarModel.Load(fixture.RequireContext(), demo, new NarLoadOptions { Progress = seen.Add });

        Assert.Equal(seen[^1].WeightsTotal, seen[^1].WeightsDone);
        Assert.Single(seen.Select(each => each.WeightsTotal).Distinct());
        Assert.Equal(seen.Select(each => each.WeightsDone).Order(), seen.Select(each => each.WeightsDone));
        Assert.InRange(seen[^1].WeightsTotal, model.Info.ParameterCount * 0.9, model.Info.ParameterCount * 1.1);
    }

    [SkippableFact]
    public void Load_WithChecksums_ComparesThemBeforeAnythingIsLoaded()
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        var context = fixture.RequireContext();
        string demo = Path.Combine(TestPaths.RepositoryRoot, "weights/demo-video"), model = folder.File("model");
        foreach (string file in Directory.GetFiles(demo, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine("model", Path.GetRelativePath(demo, file)), File.ReadAllBytes(file));
        }
        List<NarLoadProgress> seen = [];
        NarLoadOptions options = new() { VerifyChecksums = true, Progress = seen.Add };
        File.Delete(Path.Combine(model, ChecksumFile.Name));
        IReadOnlyList<string> files = ModelChecksums.FilesOf(ModelFolder.Open(model), generator: true, tokenizer: true);
        ChecksumFile.Add(model, files.Select(file => (Path.GetRelativePath(model, file), System.Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))));

        using (NarModel.Load(context, model, options))
        {
            NarLoadProgress verified = seen.Last(each => each.BytesToVerify > 0);
            Assert.Equal(files.Sum(file => new FileInfo(file).Length), verified.BytesVerified);
        }
        string weights = ModelFolder.Open(model).Generator!.WeightsPath;
        byte[] damaged = File.ReadAllBytes(weights);
        damaged[^1] ^= 1;
        File.WriteAllBytes(weights, damaged);
        seen.Clear();

        var refusal = Assert.Throws<ModelFileException>(() => NarModel.Load(context, model, options));

        HostileFile.IsOneLine(refusal, weights, "it is damaged or another file; fetch it again");
        Assert.DoesNotContain(seen, each => each.WeightsDone > 0);
    }

    [SkippableFact]
    public void Load_LargerThanTheDevice_IsRefusedByAnEstimate()
    {
        var context = fixture.RequireContext();
        var contents = new WeightFileContents(PlainValues.Empty);
        contents.Add(new RandomTensor("huge.pt", new RandomTensorShape("output.weight", [1L << 24, 1L << 16], 1), 1), "huge.pt");
        using WeightFile file = WeightFile.Of("huge.pt", contents);

        var refusal = Assert.Throws<DeviceMemoryException>(() => MemoryCheck.Weights(context.Vulkan, file.Path, file.Tensors.Values, WeightPrecision.Float16));

        Assert.StartsWith("huge.pt has 2048.0 GiB of Float16 weights, ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    [Theory]
    [InlineData("MemTotal: 5 kB\nMemAvailable:   2048 kB\n", 2UL << 20)]
    [InlineData("MemTotal: 5 kB\n", null)]
    [InlineData("MemAvailable: -5 kB\n", null)]
    public void FreeBytes_OfTheSystemsStatistics_AreThoseAvailable(string statistics, ulong? expected)
        => Assert.Equal(expected, HostMemory.Available(Encoding.UTF8.GetBytes(statistics)));

    private string Convert(GeneratorDescription description, string precision)
    {
        using WeightFile random = RandomModelLoading.Weights(Random, description);
        string path = folder.File("weights.safetensors");
        WeightConversion.Convert(random, path, ConversionPrecision.All.Single(each => each.Name == precision), null, CancellationToken.None);
        return path;
    }

    private static long ResidentBytes(string path)
    {
        long kibibytes = 0;
        bool isFile = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Contains('-') && line.Contains(' ') && !line.StartsWith("Rss:", StringComparison.Ordinal) && line.Split(' ')[0].Contains('-'))
            {
                isFile = line.EndsWith(path, StringComparison.Ordinal);
            }
            else if (isFile && line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                kibibytes += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        return kibibytes << 10;
    }
}
