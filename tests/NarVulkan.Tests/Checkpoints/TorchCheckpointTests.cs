using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using NarVulkan.RandomCheckpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>The files of the published sizes that <c>tools/RandomCheckpoints</c> makes are what they stand for.</summary>
public sealed class TorchCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_RandomGenerator_IsAPyTorchFileOfItsWeights()
    {
        NarRandomModel random = new() { Architecture = "par-c2i", Width = 64, Blocks = 2, Heads = 4, Grid = [4, 4], Vocabulary = 50, Classes = 7, ParallelTokens = 4 };
        using WeightFile weights = RandomModelLoading.Weights(random, RandomModelLoading.Describe(random).Generator!);
        string path = folder.File("weights.pt");

        TorchCheckpoint.Write(path, weights);

        using WeightFile file = WeightFile.Open(path);
        Assert.Equal(weights.Tensors.Keys, file.Tensors.Keys);
        Assert.All(weights.Tensors.Values, tensor =>
        {
            WeightTensor found = file.Require(tensor.Name, [.. tensor.Shape]);
            Assert.True(found is FileTensor { IsContiguous: true, Type: WeightType.F32 });
            Assert.Equal(tensor.ToFloats(), found.ToFloats());
        });
        Assert.Equal(Architecture.ParClassToImage, ModelRecognizer.Recognize(file)!.Architecture);
        // Every program that reads zip files finds its checksums right.
        using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(path);
        Assert.Equal(weights.Tensors.Count + 3, zip.Entries.Count);
        Assert.All(zip.Entries, entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            Assert.Equal(entry.Crc32, Crc32.Append(0, bytes.ToArray()));
        });
    }
}
