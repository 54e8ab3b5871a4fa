using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>A row of the driver matrix counts for the driver that it names.</summary>
public sealed class ExpectedDriverTests
{
    private const string Llvmpipe = "llvmpipe (LLVM 15.0.6, 256 bits)";

    [Theory]
    [InlineData(null, Llvmpipe, "llvmpipe (Mesa 22.3.6 (LLVM 15.0.6))")]
    [InlineData("llvmpipe (Mesa 22.3", Llvmpipe, "llvmpipe (Mesa 22.3.6 (LLVM 15.0.6))")]
    [InlineData("llvmpipe (Mesa 25.0", Llvmpipe, "llvmpipe (Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6))")]
    [InlineData("256 bits", Llvmpipe, "")]
    [InlineData("SwiftShader", "SwiftShader Device (Subzero)", "SwiftShader driver")]
    public void Problem_OfTheDriverThatIsNamed_IsNone(string? named, string device, string driver) => Assert.Null(ExpectedDriver.Problem(named, device, driver));

    [Theory]
    [InlineData("SwiftShader", Llvmpipe, "llvmpipe (Mesa 22.3.6 (LLVM 15.0.6))")]
    [InlineData("llvmpipe (Mesa 25.0", Llvmpipe, "llvmpipe (Mesa 22.3.6 (LLVM 15.0.6))")]
    [InlineData("llvmpipe (Mesa 25.0", "SwiftShader Device (Subzero)", "SwiftShader driver")]
    public void Problem_OfAnotherDriver_NamesBoth(string named, string device, string driver)
    {
        var problem = ExpectedDriver.Problem(named, device, driver);
        Assert.Contains($"'{named}'", problem, StringComparison.Ordinal);
        Assert.Contains($"'{driver}'", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no Vulkan driver was found", true)]
    [InlineData("SwiftShader", "no Vulkan driver was found", false)]
    [InlineData(null, "the device was lost", false)]
    public void MayBeAbsent_OnlyWhereNoneIsNamedAndThereIsNone(string? named, string failure, bool may) =>
        Assert.Equal(may, ExpectedDriver.MayBeAbsent(named, new DeviceException(failure)));
}
