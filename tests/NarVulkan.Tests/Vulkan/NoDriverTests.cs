using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

public sealed class NoDriverTests
{
    [Fact]
    public void For_NothingSet_SaysWhatToInstall() => Assert.Contains("apt-get install", NoDriver.For(_ => null), StringComparison.Ordinal);

    [Theory]
    [InlineData("VK_DRIVER_FILES")]
    [InlineData("VK_ICD_FILENAMES")]
    [InlineData("VK_ADD_DRIVER_FILES")]
    public void For_VariableThatPointsNowhere_NamesIt(string variable)
    {
        string message = NoDriver.For(name => name == variable ? "/nowhere/icd.json" : null);

        Assert.Contains($"{variable} names /nowhere/icd.json, which does not exist", message, StringComparison.Ordinal);
        Assert.DoesNotContain("apt-get", message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_VariableThatPointsAtADriverThatDoesNotLoad_NamesIt() =>
        Assert.Contains($"by VK_DRIVER_FILES ({Environment.ProcessPath})", NoDriver.For(name => name == "VK_DRIVER_FILES" ? Environment.ProcessPath : null), StringComparison.Ordinal);
}
