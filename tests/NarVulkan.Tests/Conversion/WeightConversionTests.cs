using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Conversion;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Conversion;

public sealed class WeightConversionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("trained.zip.pt")]
    [InlineData("trained.legacy.pt")]
    public void Convert_WithoutAPrecision_KeepsEveryBit(string name)
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture($"torch/{name}"));

        using WeightFile converted = Convert(source, null);

        Assert.Equal(source.Tensors.Keys.Order(), converted.Tensors.Keys.Order());
        Assert.All(source.Tensors.Values, tensor =>
        {
            WeightTensor same = converted.Require(tensor.Name, [.. tensor.Shape]);
            Assert.Equal(tensor.Type, same.Type);
            Assert.Equal(Bytes(tensor), Bytes(same));
        });
        Assert.Equal(source.Hyperparameters, converted.Hyperparameters);
    }

    [Theory]
    [InlineData("fp32", "F32")]
    [InlineData("fp16", "F16")]
    [InlineData("bf16", "BF16")]
    public void Convert_ToAPrecision_RoundsMatricesToNearestAndKeepsTheRest(string precision, string typeName)
    {
        WeightType type = WeightTypes.FromSafetensors(typeName)!.Value;
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("torch/bare.zip.pt"));

        using WeightFile converted = Convert(source, precision);

        foreach (WeightTensor tensor in source.Tensors.Values)
        {
            WeightTensor found = converted.Require(tensor.Name, [.. tensor.Shape]);
            bool rounded = tensor.Type.IsFloat() && (type == WeightType.F32 || tensor.IsMatrix());
            Assert.Equal(rounded ? type : tensor.Type == WeightType.F64 ? WeightType.F32 : tensor.Type, found.Type);
            if (tensor.Type.IsFloat())
            {
                Assert.Equal(tensor.ToFloats().Select(value => rounded ? Round(value, type) : value), found.ToFloats());
            }
            else
            {
                Assert.Equal(Bytes(tensor), Bytes(found));
            }
        }
    }

    [Fact]
    public void Convert_WhatADeviceKeepsExact_StaysAsItIs()
    {
        string[] exact = ["abs_pe", "norm.weight", "quantize.embedding.weight", "bottleneck.regularizer.embedding.weight", "cls_embedding.uncond_embedding"];
        long[][] shapes = [[1, 3, 4], [4], [5, 2], [5, 2], [3, 4]];
        // Offsets follow one another without gaps.
        long begin = 0;
        StringBuilder text = new("{");
        foreach ((string name, long[] shape) in exact.Append("output.weight").Zip(shapes.Append([4, 4])))
        {
            long end = begin + 4 * shape.Aggregate((a, b) => a * b);
            text.Append(text.Length > 1 ? "," : "").Append($$"""  "{{name}}":{"dtype":"F32","shape":[{{string.Join(",", shape)}}],"data_offsets":[{{begin}},{{end}}] }""");
            begin = end;
        }
        using WeightFile source = WeightFile.Open(folder.Write("a", SafetensorsFile.Create(text.Append('}').ToString(), (int)begin)));

        using WeightFile converted = Convert(source, "fp16");

        Assert.All(exact, name => Assert.Equal(WeightType.F32, converted.Tensors[name].Type));
        Assert.Equal(WeightType.F16, converted.Tensors["output.weight"].Type);
    }

    [Fact]
    public void Convert_AnyFile_AlignsItsTensorsAndSaysWhatItIs()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"));
        using WeightFile converted = Convert(source, "fp16");
        byte[] file = File.ReadAllBytes(converted.Path);
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));

        Assert.Equal(0, (8 + headerLength) % 64);
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            long begin = tensor.Value.GetProperty("data_offsets")[0].GetInt64();
            Assert.Equal(0, begin % converted.Tensors[tensor.Name].Type.ByteSize());
        }
        Assert.Equal("nar-c2v", converted.Metadata["narvk.model"]);
        Assert.Equal("epoch-last.pth", converted.Metadata["narvk.source"]);
        Assert.Equal("fp16", converted.Metadata["narvk.precision"]);
        Assert.Equal("pt", converted.Metadata["format"]);
        Assert.Equal(4L, converted.Hyperparameters["n_head"]);
        Assert.Equal(ModelRecognizer.Recognize(source), ModelRecognizer.Recognize(converted));
    }

    [Fact]
    public void Convert_Shards_MakesOneFileOfThem()
    {
        folder.Write("one.bin", TorchFile.WithTensor([1, 2], [2], [1]));
        folder.Write("two.bin", new LegacyTorchWriter().Add("0", [3]).ToArray(new PickleWriter().Op('}').Text("v").Tensor("0", 1, [1], [1]).Op('s').ToArray()));
        using WeightFile source = WeightFile.Open(folder.Write("pytorch_model.bin.index.json", """{"weight_map":{"w":"one.bin","v":"two.bin"}}"""));

        using WeightFile converted = Convert(source, null);

        Assert.Equal([1f, 2f], converted.Require("w", 2).ToFloats());
        Assert.Equal([3f], converted.Require("v", 1).ToFloats());
        foreach (string part in (string[])["pytorch_model.bin.index.json", "one.bin", "two.bin"])
        {
            Assert.Throws<InvalidRequestException>(() => WeightConversion.Convert(source, folder.File(part), ConversionPrecision.AsTheyAre, null, CancellationToken.None));
        }
    }

    [SkippableFact]
    public void Convert_OntoItsSourceByAnotherName_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege");
        string real = folder.Write("real/a.safetensors", SafetensorsFile.OfShapes([("w", [2])]));
        Directory.CreateSymbolicLink(folder.File("linked"), folder.File("real"));
        File.CreateSymbolicLink(folder.File("b.safetensors"), real);
        byte[] before = File.ReadAllBytes(real);
        using WeightFile source = WeightFile.Open(folder.File("linked/a.safetensors"));

        foreach (string name in (string[])["linked/a.safetensors", "b.safetensors", "real/a.safetensors", "real/../linked/./a.safetensors"])
        {
            Assert.Throws<InvalidRequestException>(() => WeightConversion.Convert(source, folder.File(name), ConversionPrecision.All[1], null, CancellationToken.None));
        }

        Assert.Equal(before, File.ReadAllBytes(real));
    }

    [Fact]
    public void Convert_ValueOutsideOfHalf_IsRefusedAndLeavesNothing()
    {
        using WeightFile source = WeightFile.Open(folder.Write("a.pt", TorchFile.WithTensor([1, 2, 70000, 4], [2, 2], [2, 1])));
        string target = folder.File("out/b.safetensors");

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => WeightConversion.Convert(source, target, Named("fp16"), null, CancellationToken.None));

        HostileFile.IsOneLine(refusal, source.Path, "of the 4 values of tensor w 0 are not finite numbers and 1 are outside the range of F16; convert it with --precision bf16 or fp32");
        Assert.Empty(Directory.GetFiles(folder.File("out")));
        WeightConversion.Convert(source, target, Named("bf16"), null, CancellationToken.None);
        Assert.Single(Directory.GetFiles(folder.File("out")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("fp32")]
    [InlineData("fp16")]
    [InlineData("bf16")]
    public void Convert_ValuesThatAreNotFinite_AreKeptAndTold(string? precision)
    {
        // The vector is copied, whatever the precision.
        byte[] pickle = new PickleWriter().Op('}')
            .Text("w.weight").Tensor("0", 6, [2, 3], [3, 1]).Op('s').Text("v").Tensor("1", 2, [2], [1]).Op('s').Text("good").Tensor("1", 2, [1], [1]).Op('s').ToArray();
        using WeightFile source = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [1, float.NaN, float.NegativeInfinity, 4, 5, float.NaN], [1, float.PositiveInfinity])));
        ConversionPrecision chosen = precision is null ? ConversionPrecision.AsTheyAre : Named(precision);
        string target = folder.File("out/b.safetensors");

        ConversionResult result = WeightConversion.Convert(source, target, chosen, null, CancellationToken.None);

        Assert.Equal([new DamagedTensor("v", 1, 2), new DamagedTensor("w.weight", 3, 6)], result.Damaged.OrderBy(tensor => tensor.Name));
        using (WeightFile converted = WeightFile.Open(target))
        {
            Assert.Equal([1, float.NaN, float.NegativeInfinity, 4, 5, float.NaN], converted.Require("w.weight", 2, 3).ToFloats());
        }
        File.Delete(target);
        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => WeightConversion.Convert(source, target, chosen, null, CancellationToken.None, finiteOnly: true)), source.Path, "that are not finite numbers; it is damaged");
        Assert.Empty(Directory.GetFiles(folder.File("out")));
    }

    [Fact]
    public void Convert_Cancelled_LeavesWhatWasThere()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("torch/bare.zip.pt"));
        string target = folder.Write("b.safetensors", "before");
        using CancellationTokenSource cancellation = new();

        Assert.Throws<OperationCanceledException>(() => WeightConversion.Convert(
            source, target, ConversionPrecision.AsTheyAre, (done, total) => cancellation.Cancel(), cancellation.Token));

        Assert.Equal("before", File.ReadAllText(target));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Convert_Progress_EndsAtTheTotal()
    {
        using WeightFile source = WeightFile.Open(TestPaths.Fixture("torch/bare.zip.pt"));
        List<(long Done, long Total)> seen = [];

        ConversionResult result = WeightConversion.Convert(source, folder.File("b.safetensors"), Named("fp32"), (done, total) => seen.Add((done, total)), CancellationToken.None);

        Assert.Equal(source.Tensors.Count, result.Tensors);
        Assert.Equal((result.Bytes, result.Bytes), seen[^1]);
        Assert.Equal(seen.Select(step => step.Done).Order(), seen.Select(step => step.Done));
    }

    [Fact]
    public void Convert_TensorNamedAsTheMetadata_IsRefused()
    {
        byte[] pickle = new PickleWriter().Op('}').Text("__metadata__").Tensor("0", 1, [1], [1]).Op('s').ToArray();
        using WeightFile source = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [1f])));

        ModelFileException refusal = Assert.Throws<ModelFileException>(() => Convert(source, null));

        HostileFile.IsOneLine(refusal, source.Path, "has a tensor named __metadata__");
    }

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("{\\\"a\\\":1,\\\"a\\\":2}", "is not valid JSON")]
    [InlineData("{\\\"a\\\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", "is not valid JSON")]
    public void Open_SettingsThatAreNone_AreRefused(string settings, string problem)
        => HostileFile.IsRefused(SafetensorsFile.Create($$$"""{"__metadata__":{"narvk.settings":"{{{settings}}}"}}""", 0), problem);

    [Fact]
    public void Open_SettingsOfMegabytes_AreRefused()
        => HostileFile.IsRefused(SafetensorsFile.Create($$$"""{"__metadata__":{"narvk.settings":"{{{new string(' ', 2 << 20)}}}"}}""", 0), "at most 1048576 are supported");

    private WeightFile Convert(WeightFile source, string? precision)
    {
        string target = folder.File($"{Guid.NewGuid():N}.safetensors");
        WeightConversion.Convert(source, target, precision is null ? ConversionPrecision.AsTheyAre : Named(precision), null, CancellationToken.None);
        return WeightFile.Open(target);
    }

    private static ConversionPrecision Named(string name) => ConversionPrecision.All.Single(precision => precision.Name == name);

    private static float Round(float value, WeightType type) => type switch
    {
        WeightType.F16 => (float)(Half)value,
        WeightType.BF16 => RoundToBrain(value),
        _ => value,
    };

    // Half a unit in the last place up, and one less where that would round a tie to an odd number.
    private static float RoundToBrain(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    private static byte[] Bytes(WeightTensor tensor)
    {
        byte[] bytes = new byte[tensor.ElementCount * tensor.Type.ByteSize()];
        tensor.ReadBytes(0, bytes);
        return bytes;
    }
}
