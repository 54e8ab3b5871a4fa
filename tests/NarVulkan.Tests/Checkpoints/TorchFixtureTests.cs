using System.Text.Json;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Checkpoints that a real <c>torch.save</c> wrote, in both of its formats (<c>tools/checkpoints/make.py</c>).</summary>
public sealed class TorchFixtureTests
{
    public static TheoryData<string> Files =>
    [
        "bare.zip.pt", "bare.legacy.pt", "module.zip.pt", "module.legacy.pt", "state_dict.zip.pt", "state_dict.legacy.pt",
        "trained.zip.pt", "trained.legacy.pt", "protocol4.legacy.pt",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_EveryFormatAndNesting_HasTheTensorsThatWereSaved(string name)
    {
        using JsonDocument contents = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture("torch/contents.json")));
        using WeightFile file = WeightFile.Open(TestPaths.Fixture($"torch/{name}"));

        Assert.Equal(contents.RootElement.EnumerateObject().Select(tensor => tensor.Name).Order(), file.Tensors.Keys.Order());
        foreach (JsonProperty expected in contents.RootElement.EnumerateObject())
        {
            WeightTensor tensor = file.Tensors[expected.Name];
            Assert.Equal(expected.Value.GetProperty("type").GetString(), TorchName(tensor.Type));
            Assert.Equal(expected.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.Shape);
            if (tensor.Type.IsFloat())
            {
                Assert.Equal(expected.Value.GetProperty("values").EnumerateArray().Select(value => (float)value.GetDouble()), tensor.ToFloats());
            }
        }
    }

    [Theory]
    [InlineData("trained.zip.pt")]
    [InlineData("trained.legacy.pt")]
    public void Hyperparameters_OfATrainer_AreItsArguments(string name)
    {
        using WeightFile file = WeightFile.Open(TestPaths.Fixture($"torch/{name}"));

        Assert.Equal((64L, 4L, 0.5, "tiny"), (file.Hyperparameters["dim"], file.Hyperparameters["n_head"], file.Hyperparameters["rate"], file.Hyperparameters["name"]));
        Assert.Equal([2L, 4L, 4L], Assert.IsAssignableFrom<IReadOnlyList<object?>>(file.Hyperparameters["sizes"]));
    }

    [Fact]
    public void Open_WholeModelInTheOldFormat_SaysWhatItHolds()
        => HostileFile.IsRefused(File.ReadAllBytes(TestPaths.Fixture("torch/whole_module.legacy.pt")), "holds __main__.Whole, not a state dict");

    [Fact]
    public void Open_GoldenInTheOldFormat_EqualsTheNewOne()
    {
        using WeightFile old = WeightFile.Open(TestPaths.Fixture("torch/par-c2i-16.legacy.pt"));
        using WeightFile golden = WeightFile.Open(TestPaths.Fixture("golden-more/par-c2i-16/weights.pt"));

        Assert.Equal(golden.Tensors.Keys.Order(), old.Tensors.Keys.Order());
        Assert.All(golden.Tensors.Values, tensor => Assert.Equal(tensor.ToFloats(), old.Require(tensor.Name, [.. tensor.Shape]).ToFloats()));
    }

    private static string TorchName(WeightType type) => type switch
    {
        WeightType.F64 => "float64",
        WeightType.F32 => "float32",
        WeightType.F16 => "float16",
        WeightType.BF16 => "bfloat16",
        WeightType.I64 => "int64",
        WeightType.Bool => "bool",
        _ => type.ToString(),
    };
}
