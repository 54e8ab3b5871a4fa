using NarVulkan.Checkpoints;
using NarVulkan.Models;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

public sealed class TensorRowsTests
{
    [Theory]
    [InlineData("I64", 8, "I64")]
    [InlineData("BOOL", 1, "Bool")]
    public void Create_MatrixOfWholeNumbers_IsRefusedByName(string type, int elementBytes, string shown)
    {
        using TemporaryFolder folder = new();
        int bytes = 2 * 8 * elementBytes;
        string path = folder.Write("w.safetensors", SafetensorsFile.Create($$$"""{"wo":{"dtype":"{{{type}}}","shape":[2,8],"data_offsets":[0,{{{bytes}}}]}}""", bytes));
        using WeightFile file = WeightFile.Open(path);

        HostileFile.IsOneLine(
            Assert.Throws<ModelFileException>(() => new TensorRows(file.Require("wo", 2, 8), 8)), path, $"tensor wo holds {shown}, but floating-point numbers are needed");
    }
}
