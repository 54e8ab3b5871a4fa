using System.Text;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class WeightFileTests
{
    [Theory]
    [InlineData("model", "sd")]
    [InlineData("model")]
    [InlineData("module")]
    [InlineData("state_dict")]
    [InlineData("sd")]
    [InlineData]
    public void Open_EveryNestingThatTrainersUse_FindsTheWeights(params string[] nesting)
    {
        using TemporaryFolder folder = new();
        PickleWriter pickle = new();
        foreach (string name in nesting)
        {
            pickle.Op('}').Text("epoch").Int(1).Op('s').Text(name);
        }
        pickle.Op('}').Text("w").Tensor("0", 2, [2], [1]).Op('s');
        foreach (string _ in nesting)
        {
            pickle.Op('s');
        }

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle.ToArray(), [1f, 2f])));

        Assert.Equal([1f, 2f], file.Require("w", 2).ToFloats());
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    public void Open_NamesThatAWrapperPrefixed_ComeWithoutThePrefix(string prefix)
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}')
            .Text(prefix + "v").Tensor("0", 1, [1], [1]).Op('s').Text(prefix + "w").Tensor("0", 1, [1], [1]).Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [1f])));

        Assert.Equal(["v", "w"], file.Tensors.Keys);
    }

    [Fact]
    public void Open_ParameterAndProtocolFour_AreRead()
    {
        using TemporaryFolder folder = new();
        // Protocol 4 as Python writes it: frame, short strings, memoize, STACK_GLOBAL.
        byte[] pickle = new PickleWriter().Raw(0x80, 4).Raw(0x95, 1, 0, 0, 0, 0, 0, 0, 0).Op('}').Raw(0x94).Raw(0x8c, 1).Raw((byte)'w')
            .Raw(0x8c, 12).Raw("torch._utils"u8).Raw(0x8c, 18).Raw("_rebuild_parameter"u8).Raw(0x93)
            .Tensor("0", 2, [2], [1]).Raw(0x88).EmptyOrderedDict().Raw(0x87).Op('R').Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [1f, 2f])));

        Assert.Equal([1f, 2f], file.Require("w", 2).ToFloats());
    }

    [Fact]
    public void Require_MissingTensor_NamesItAndTheFile()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.pt", TorchFile.WithTensor([1, 2], [2], [1]));
        using WeightFile file = WeightFile.Open(path);

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => file.Require("norm.weight", -1, 3)), path, "tensor norm.weight [any, 3] is missing");
    }

    [Theory]
    [InlineData(new long[] { 3 }, "has shape [2], but [3] is expected")]
    [InlineData(new long[] { 2, -1 }, "has shape [2], but [2, any] is expected")]
    [InlineData(new long[0], "has shape [2], but [] is expected")]
    public void Require_OtherShape_NamesBoth(long[] shape, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.pt", TorchFile.WithTensor([1, 2], [2], [1]));
        using WeightFile file = WeightFile.Open(path);

        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => file.Require("w", shape)), path, $"tensor w {problem}");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html>", "is a web page")]
    [InlineData("GGUF\u0003", "GGUF or HDF5")]
    [InlineData("hello", "neither safetensors nor a PyTorch checkpoint")]
    public void Open_OtherFormat_SaysWhatItIs(string contents, string problem) => HostileFile.IsRefused(Encoding.UTF8.GetBytes(contents), problem);

    [Fact]
    public void Open_EmptyFile_IsRefused() => HostileFile.IsRefused([], "the file is empty");

    [Fact]
    public void Open_MissingFile_IsRefused()
    {
        using TemporaryFolder folder = new();
        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => WeightFile.Open(folder.File("no.pt"))), folder.File("no.pt"), "there is no such file");
    }

    [Fact]
    public void Open_Folder_IsRefused()
    {
        using TemporaryFolder folder = new();
        HostileFile.IsOneLine(Assert.Throws<ModelFileException>(() => WeightFile.Open(folder.Path)), folder.Path, "is a folder");
    }

    [Fact]
    public void Open_NameWithControlCharacters_StaysOneLine()
        => HostileFile.IsRefused(SafetensorsFile.Create("""{"a\n\u001b[31mb":{"dtype":"F99","shape":[],"data_offsets":[0,0]}}""", 0), "a??[31mb has dtype F99");

    [Fact]
    public void Open_NameOfMegabytes_GivesAShortMessage()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a", SafetensorsFile.Create($$"""{"{{new string('x', 1 << 20)}}":[]}""", 0));

        Assert.InRange(Assert.Throws<ModelFileException>(() => WeightFile.Open(path)).Message.Length, 1, 1100);
    }
}
