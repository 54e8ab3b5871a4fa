using Xunit;

namespace NarVulkan.Tests.Kernels.Spirv;

public sealed class SpirvModuleTests
{
    [Fact]
    public void Read_OfWordsWithoutTheMagicNumber_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => SpirvModule.Read([1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Read_OfACutInstruction_IsRefused()
    {
        // OpCapability needs two words.
        var error = Assert.Throws<InvalidDataException>(() => SpirvModule.Read([0x07230203, 0x10300, 0, 1, 0, (2 << 16) | 17]));

        Assert.Contains("word 5", error.Message);
    }
}
