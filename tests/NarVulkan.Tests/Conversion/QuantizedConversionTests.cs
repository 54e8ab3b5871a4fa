using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;
using NarVulkan.Conversion;
using NarVulkan.Quantization;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Conversion;

public sealed class QuantizedConversionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Convert_ToQ8_RoundsLargeMatricesInBlocksAndTheRestAsADeviceKeepsIt()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        using WeightFile converted = Convert(source, "q8");

        Assert.Equal(source.Tensors.Keys.Order(), converted.Tensors.Keys.Order());
        Assert.Equal("q8", converted.Metadata["narvk.precision"]);
        Assert.Equal(ModelRecognizer.Recognize(source), ModelRecognizer.Recognize(converted));
        Assert.Contains(converted.Tensors.Values, tensor => tensor.IsQ8);
        foreach (WeightTensor tensor in source.Tensors.Values)
        {
            WeightTensor found = converted.Require(tensor.Name, [.. tensor.Shape]);
            Assert.Equal(tensor.IsQ8Matrix(), found.IsQ8);
            if (found.IsQ8)
            {
                AssertBlocks(tensor, found);
            }
            else
            {
                Assert.Equal(tensor.IsMatrix() ? WeightType.F16 : tensor.Type, found.Type);
            }
        }
    }

    [Fact]
    public void Convert_OfQ8_KeepsBlocksAndCanMakeFloatsOfThem()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        using WeightFile blocks = Convert(source, "q8");

        // Neither rounds anything again: the same file but for what it says of its source.
        foreach (string? precision in (string?[])[null, "q8"])
        {
            using WeightFile again = Convert(blocks, precision);
            foreach (WeightTensor tensor in blocks.Tensors.Values)
            {
                Assert.Equal(tensor.IsQ8, again.Tensors[tensor.Name].IsQ8);
                Assert.Equal(tensor.Type, again.Tensors[tensor.Name].Type);
                Assert.Equal(Bytes(tensor), Bytes(again.Tensors[tensor.Name]));
            }
        }
        using WeightFile floats = Convert(blocks, "fp32");
        Assert.DoesNotContain(floats.Tensors.Values, tensor => tensor.IsQ8);
        Assert.All(blocks.Tensors.Values.Where(tensor => tensor.IsQ8), tensor => Assert.Equal(tensor.ToFloats(), floats.Tensors[tensor.Name].ToFloats()));
    }

    [Fact]
    public void Convert_BrainFloatsToQ8_KeepsThoseThatAreNotInBlocks()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        using WeightFile brain = Convert(source, "bf16");
        using WeightFile blocks = Convert(brain, "q8");

        Assert.Equal(WeightType.BF16, Q8Tensors.OthersType(brain));
        Assert.All(blocks.Tensors.Values.Where(tensor => tensor.IsMatrix() && !tensor.IsQ8), tensor => Assert.Equal(WeightType.BF16, tensor.Type));
        Assert.Equal(WeightType.BF16, Q8Tensors.OthersType(blocks));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void Convert_ValueThatNoScaleHolds_IsRefusedAndLeavesNothing(float value)
    {
        float[] values = new float[64 * 64];
        values[1000] = value;
        byte[] pickle = new PickleWriter().Op('}').Text("w.weight").Tensor("0", values.Length, [64, 64], [64, 1]).Op('s').ToArray();
        using WeightFile source = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, values)));

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => Convert(source, "q8"));

        HostileFile.IsOneLine(refusal, source.Path, $"of the 4096 values of tensor w.weight {(float.IsFinite(value) ? 0 : 1)} are not finite numbers and {(float.IsFinite(value) ? 1 : 0)} are outside the range of 8-bit blocks");
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Convert_LargerThanAPiece_GivesTheBlocksOfTheWhole()
    {
        // More elements than are read at a time, of rows that do not divide a piece.
        using WeightFile source = WeightFile.Of("random", Contents(new RandomTensor("random", new RandomTensorShape("w.weight", [1100, 1056], 0.02f), seed: 5)));
        using WeightFile converted = Convert(source, "q8");

        AssertBlocks(source.Tensors["w.weight"], converted.Tensors["w.weight"]);
    }

    private static void AssertBlocks(WeightTensor source, WeightTensor found)
    {
        int columns = (int)source.Shape[1];
        float[] row = new float[columns];
        sbyte[] weights = new sbyte[columns], expected = new sbyte[columns];
        Half[] scales = new Half[Q8Blocks.Count(columns)], expectedScales = new Half[scales.Length];
        for (int i = 0; i < source.Shape[0]; i++)
        {
            source.ReadFloats((long)i * columns, row);
            Assert.True(Q8Blocks.Quantize(row, expected, expectedScales));
            found.ReadQ8Row(i, weights, scales);
            Assert.Equal(expected, weights);
            Assert.Equal(expectedScales, scales);
        }
    }

    private WeightFile Convert(WeightFile source, string? precision)
    {
        string target = folder.File($"{Guid.NewGuid():N}.safetensors");
        ConversionPrecision chosen = precision is null ? ConversionPrecision.AsTheyAre : ConversionPrecision.All.Single(each => each.Name == precision);
        WeightConversion.Convert(source, target, chosen, null, CancellationToken.None);
        return WeightFile.Open(target);
    }

    private static WeightFileContents Contents(WeightTensor tensor)
    {
        WeightFileContents contents = new(PlainValues.Empty);
        contents.Add(tensor, tensor.FilePath);
        return contents;
    }

    private static byte[] Bytes(WeightTensor tensor)
    {
        byte[] bytes = new byte[tensor.ElementCount * tensor.Type.ByteSize()];
        tensor.ReadBytes(0, bytes);
        return bytes;
    }
}
