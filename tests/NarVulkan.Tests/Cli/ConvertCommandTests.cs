using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Convert_Checkpoint_WritesTheFileAndSaysSo()
    {
        CliResult result = cli.Run("convert", TestPaths.Fixture("golden/nar-c2v/epoch-last.pth"), "out/g.safetensors", "--precision", "fp16", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        using JsonDocument report = JsonDocument.Parse(result.Output);
        Assert.Equal("nar-c2v", report.RootElement.GetProperty("model").GetString());
        Assert.Equal("fp16", report.RootElement.GetProperty("precision").GetString());
        using WeightFile file = WeightFile.Open(cli.Folder["out/g.safetensors"]);
        Assert.Equal(file.Tensors.Count, report.RootElement.GetProperty("tensors").GetInt32());
        Assert.Equal(WeightType.F16, file.Tensors["output_R.weight"].Type);
        Assert.Equal(WeightType.F32, file.Tensors["abs_pe"].Type);
    }

    [Fact]
    public void Convert_ValueThatIsNotFinite_IsWarnedOfAndRefusedWithVerify()
    {
        File.WriteAllBytes(cli.Folder["a.pt"], TorchFile.WithTensor([1, float.NaN, 3, 4], [2, 2], [2, 1]));

        CliResult refused = cli.Run("convert", "a.pt", "b.safetensors", "--precision", "fp16", "--verify");
        bool isThere = File.Exists(cli.Folder["b.safetensors"]);
        CliResult warned = cli.Run("convert", "a.pt", "b.safetensors", "--precision", "fp16");

        Assert.Equal((3, false, 0), (refused.Code, isThere, warned.Code));
        Assert.Contains("tensor w has 1 values of 4 that are not finite numbers; it is damaged", refused.Error, StringComparison.Ordinal);
        Assert.Contains("narvk: warning: tensor w has 1 values of 4 that are not finite numbers; a model that needs it will not load", warned.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(cli.Folder["b.safetensors"]));
    }

    [Fact]
    public void Convert_OntoItself_IsRefusedAndChangesNothing()
    {
        File.Copy(TestPaths.Fixture("torch/bare.zip.pt"), cli.Folder["a.pt"]);
        Assert.Equal(0, cli.Run("convert", "a.pt", "b.safetensors").Code);
        byte[] before = File.ReadAllBytes(cli.Folder["b.safetensors"]);

        Assert.Contains("is what is to be converted", cli.Run("convert", "b.safetensors", "./b.safetensors", "--precision", "fp16").FailsWith(2));

        Assert.Equal(before, File.ReadAllBytes(cli.Folder["b.safetensors"]));
    }

    [Fact]
    public void Convert_DamagedOrMissingFile_ExitsWith3AndWritesNothing()
    {
        File.WriteAllBytes(cli.Folder["a.pt"], [1, 2, 3]);
        Assert.Contains("a.pt", cli.Run("convert", "a.pt", "b.safetensors").FailsWith(3));
        Assert.Contains("there is no such file", cli.Run("convert", "no.pt", "b.safetensors").FailsWith(3));
        Assert.Contains("is a folder", cli.Run("convert", ".", "b.safetensors").FailsWith(3));
        Assert.False(File.Exists(cli.Folder["b.safetensors"]));
    }
}
