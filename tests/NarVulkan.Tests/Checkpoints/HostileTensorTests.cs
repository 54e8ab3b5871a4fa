using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Tensors of PyTorch checkpoints whose geometry does not fit their storage.</summary>
public sealed class HostileTensorTests
{
    private static readonly float[] Six = [0, 1, 2, 3, 4, 5];

    [Theory]
    [InlineData(new long[] { 7 }, new long[] { 1 }, 0, "claims 7 elements, but its storage has 6")]
    [InlineData(new long[] { 6 }, new long[] { 1 }, 1, "reaches element 6 of a storage of 6")]
    [InlineData(new long[] { 2, 2 }, new long[] { 5, 1 }, 0, "reaches element 6 of a storage of 6")]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, long.MaxValue, "reaches element 18446744073709551614")]
    [InlineData(new long[] { 6 }, new long[] { 0 }, 6, "reaches element 6")]
    [InlineData(new long[] { 1000000 }, new long[] { 0 }, 0, "claims 1000000 elements")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 3, "has a negative offset or stride")]
    [InlineData(new long[] { 2 }, new long[] { 1 }, -1, "has a negative offset or stride")]
    [InlineData(new long[] { -2 }, new long[] { 1 }, 0, "has an impossible shape [-2]")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, new long[] { 1, 1 }, 0, "has an impossible shape")]
    [InlineData(new long[] { 2, 3 }, new long[] { 1 }, 0, "has 2 sizes but 1 strides")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1 }, 0, "has 17 dimensions")]
    [InlineData(new long[] { 0 }, new long[] { 1 }, 7, "reaches element 7")]
    public void Open_GeometryBeyondTheStorage_IsRefused(long[] shape, long[] strides, long offset, string problem)
        => HostileFile.IsRefused(TorchFile.WithTensor(Six, shape, strides, offset), $"tensor w {problem}");

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Open_StorageOfAnotherLength_IsRefused(long elements)
        => HostileFile.IsRefused(TorchFile.WithTensor(Six, [1], [1], elements: elements), $"needs storage 0 with {elements} F32, but it has 24 bytes");

    [Fact]
    public void Open_UnsupportedElementType_IsRefused()
        => HostileFile.IsRefused(TorchFile.WithTensor(Six, [3], [1], type: "ComplexFloatStorage", elements: 3), "ComplexFloatStorage, which is not supported");

    [Fact]
    public void Open_MissingStorage_IsRefused()
        => HostileFile.IsRefused(
            TorchFile.Create(new PickleWriter().Op('}').Text("w").Tensor("9", 6, [6], [1]).Op('s').ToArray(), Six), "needs storage 9, which the file does not hold");

    [Fact]
    public void Open_StorageReadAsTwoTypes_IsRefused()
        => HostileFile.IsRefused(
            TorchFile.Create(
                new PickleWriter().Op('}').Text("v").Tensor("0", 6, [6], [1]).Op('s').Text("w").Tensor("0", 6, [6], [1], type: "IntStorage").Op('s').ToArray(), Six),
            "reads storage 0 as I32, another tensor as F32");

    [Fact]
    public void Open_SizesThatAreNoNumbers_AreRefused()
        => HostileFile.IsRefused(
            TorchFile.Create(
                new PickleWriter().Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("0", 6).Int(0).Text("6").Ints(1).Op('t').Op('R').Op('s').ToArray(), Six),
            "sizes that are not whole numbers");
}
