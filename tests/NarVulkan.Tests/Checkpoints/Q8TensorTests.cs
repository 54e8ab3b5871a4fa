using NarVulkan.Conversion;
using System.Runtime.InteropServices;
using System.Text;
using NarVulkan.Checkpoints;
using NarVulkan.Quantization;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Matrices in 8-bit blocks in a file: two tensors that are one, and what can be wrong with them.</summary>
public sealed class Q8TensorTests : IDisposable
{
    private const int Rows = 3, Columns = 40;

    private const string Matrix = """ "w.weight": {"dtype": "I8", "shape": [3, 40], "data_offsets": [0, 120]} """;
    private const string Scales = """ "w.weight.q8_scales": {"dtype": "F16", "shape": [3, 2], "data_offsets": [120, 132]} """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_MatrixWithScales_IsOneTensorOfTheValuesThatItStandsFor()
    {
        sbyte[] weights = [.. Enumerable.Range(0, Rows * Columns).Select(i => (sbyte)(i * 37 % 255 - 127))];
        Half[] scales = [(Half)0.01f, (Half)0.5f, (Half)0f, (Half)2f, Half.Epsilon, Half.MaxValue];
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", File($"{Matrix},{Scales}", weights, scales)));

        WeightTensor tensor = Assert.Single(file.Tensors.Values);

        Assert.True(tensor.IsQ8);
        Assert.Equal(("w.weight", WeightType.F32), (tensor.Name, tensor.Type));
        Assert.Equal<long>([Rows, Columns], tensor.Shape);
        float[] expected = [.. weights.Select((weight, i) => weight * (float)scales[i / Columns * 2 + i % Columns / Q8Blocks.Length])];
        Assert.Equal(expected, tensor.ToFloats());
        foreach ((int first, int count) in ((int, int)[])[(0, 1), (31, 2), (39, 2), (17, 80), (119, 1), (40, 40)])
        {
            float[] part = new float[count];
            tensor.ReadFloats(first, part);
            Assert.Equal(expected[first..(first + count)], part);
        }
        sbyte[] row = new sbyte[Columns];
        Half[] rowScales = new Half[2];
        tensor.ReadQ8Row(1, row, rowScales);
        Assert.Equal(weights[Columns..(2 * Columns)], row);
        Assert.Equal(scales[2..4], rowScales);
    }

    [Fact]
    public void Open_IntegersWithoutScales_AreIntegers()
    {
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", SafetensorsFile.Create($"{{{Matrix}}}", 120)));

        Assert.Equal(WeightType.I8, file.Tensors["w.weight"].Type);
        Assert.Throws<ModelFileException>(() => file.Tensors["w.weight"].RequireFloats());
    }

    [Fact]
    public void Open_MatrixAndScalesInDifferentShards_IsOneTensor()
    {
        folder.Write("a.safetensors", SafetensorsFile.Create($"{{{Matrix}}}", 120));
        folder.Write("b.safetensors", SafetensorsFile.Create("""{"w.weight.q8_scales": {"dtype": "F16", "shape": [3, 2], "data_offsets": [0, 12]}}""", 12));
        using WeightFile file = WeightFile.Open(folder.Write(
            "model.safetensors.index.json", """{"weight_map": {"w.weight.q8_scales": "b.safetensors", "w.weight": "a.safetensors"}}"""));

        Assert.True(Assert.Single(file.Tensors.Values).IsQ8);
    }

    [Theory]
    [InlineData($$$"""{"__metadata__": {"narvk.precision": "q8"}, {{{Matrix}}}}""", 120, "w.weight is in 8 bits, but its scales w.weight.q8_scales are missing")]
    [InlineData("""{"w.weight.q8_scales": {"dtype": "F16", "shape": [3, 2], "data_offsets": [0, 12]}}""", 12, "w.weight.q8_scales has no tensor w.weight that it scales")]
    [InlineData("""{"w": {"dtype": "F16", "shape": [3, 40], "data_offsets": [0, 240]}, "w.q8_scales": {"dtype": "F16", "shape": [3, 2], "data_offsets": [240, 252]}}""", 252, "w of F16 [3, 40] has scales, but only matrices of I8 do")]
    [InlineData("""{"w": {"dtype": "I8", "shape": [120], "data_offsets": [0, 120]}, "w.q8_scales": {"dtype": "F16", "shape": [4], "data_offsets": [120, 128]}}""", 128, "w of I8 [120] has scales, but only matrices of I8 do")]
    [InlineData("""{"w": {"dtype": "I8", "shape": [3, 0], "data_offsets": [0, 0]}, "w.q8_scales": {"dtype": "F16", "shape": [3, 0], "data_offsets": [0, 0]}}""", 0, "w of I8 [3, 0] has scales")]
    [InlineData($$$"""{ {{{Matrix}}}, "w.weight.q8_scales": {"dtype": "F16", "shape": [3, 1], "data_offsets": [120, 126]}}""", 126, "w.weight.q8_scales is F16 [3, 1], but the scales of I8 [3, 40] are F16 [3, 2]")]
    [InlineData($$$"""{ {{{Matrix}}}, "w.weight.q8_scales": {"dtype": "F16", "shape": [2, 3], "data_offsets": [120, 132]}}""", 132, "w.weight.q8_scales is F16 [2, 3]")]
    [InlineData($$$"""{ {{{Matrix}}}, "w.weight.q8_scales": {"dtype": "F32", "shape": [3, 2], "data_offsets": [120, 144]}}""", 144, "w.weight.q8_scales is F32 [3, 2]")]
    [InlineData($$$"""{ {{{Matrix}}}, {{{Scales}}}, "w.weight.q8_scales.q8_scales": {"dtype": "F16", "shape": [3, 1], "data_offsets": [132, 138]}}""", 138, "w.weight.q8_scales.q8_scales has no tensor w.weight.q8_scales that it scales")]
    public void Open_MatrixAndScalesThatDoNotFit_AreRefused(string header, int length, string problem)
        => HostileFile.IsRefused(SafetensorsFile.Create(header, length), problem);

    [Theory]
    [InlineData(0x7e00)] // not a number
    [InlineData(0x7c00)] // infinity
    [InlineData(0xfc00)]
    [InlineData(0x8001)] // negative
    public void Read_ScaleThatIsNone_IsRefusedWhicheverWayItIsRead(int bits)
    {
        Half[] scales = new Half[6];
        scales[3] = BitConverter.UInt16BitsToHalf((ushort)bits);
        using WeightFile file = WeightFile.Open(folder.Write("a.safetensors", File($"{Matrix},{Scales}", new sbyte[Rows * Columns], scales)));
        WeightTensor tensor = file.Tensors["w.weight"];

        ModelFileException floats = Assert.Throws<ModelFileException>(() => tensor.ToFloats());
        ModelFileException row = Assert.Throws<ModelFileException>(() => tensor.ReadQ8Row(1, new sbyte[Columns], new Half[2]));

        HostileFile.IsOneLine(floats, file.Path, "w.weight.q8_scales holds scales that are negative or not finite numbers");
        HostileFile.IsOneLine(row, file.Path, "w.weight.q8_scales holds scales that are negative or not finite numbers");
        tensor.ReadQ8Row(0, new sbyte[Columns], new Half[2]);

        string copy = folder.File("copy.safetensors");
        ModelFileException copied = Assert.Throws<ModelFileException>(
            () => WeightConversion.Convert(file, copy, ConversionPrecision.All.Single(each => each.Name == "q8"), null, CancellationToken.None));
        HostileFile.IsOneLine(copied, file.Path, "w.weight.q8_scales holds scales that are negative or not finite numbers");
        Assert.False(System.IO.File.Exists(copy));
    }

    private static byte[] File(string header, sbyte[] weights, Half[] scales) => SafetensorsFile.Create(
        Encoding.UTF8.GetBytes($"{{{header}}}"), [.. MemoryMarshal.AsBytes<sbyte>(weights), .. MemoryMarshal.AsBytes<Half>(scales)]);
}
