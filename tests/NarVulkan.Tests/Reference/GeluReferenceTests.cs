using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class GeluReferenceTests
{
    // Abramowitz and Stegun, tables 7.1 and 7.3, with the further digits of any double-precision library.
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1.0, 0.8427007929497149)]
    [InlineData(1.9375, 0.9938568063952132)]
    [InlineData(2.0, 0.9953222650189527)]
    [InlineData(3.0, 0.9999779095030014)]
    [InlineData(-1.0, -0.8427007929497149)]
    public void ErrorFunction_AtTabulatedPoints_AgreesToFourteenDigits(double x, double expected)
    {
        Assert.Equal(expected, GeluReference.ErrorFunction(x), 1e-14);
    }

    [Theory]
    [InlineData(3.0, 2.209049699858544e-05)]
    [InlineData(5.0, 1.5374597944280349e-12)]
    public void ComplementaryErrorFunction_InTheTail_KeepsItsRelativePrecision(double x, double expected)
    {
        Assert.Equal(1.0, GeluReference.ComplementaryErrorFunction(x) / expected, 1e-12);
    }

    [Fact]
    public void Apply_OnTheRealLine_IsXTimesTheNormalDistribution()
    {
        float[] values = [0f, 1f, -1f, 8f, -8f, 3.4e38f, -3.4e38f];
        GeluReference.Apply(values);

        Assert.Equal(0f, values[0]);
        Assert.Equal(0.8413447460685429, values[1], 1e-7);
        Assert.Equal(-0.15865525393145707, values[2], 1e-7);
        Assert.Equal(8f, values[3]);
        Assert.Equal(1.0, values[4] / (-8 * 6.220960574271785e-16), 1e-6); // Phi(-8)
        Assert.Equal(3.4e38f, values[5]);
        Assert.Equal(0f, values[6]);
    }

    // Expected values: PyTorch's gelu(approximate="tanh") in float64.
    [Theory]
    [InlineData(-4f, -7.024594819227126e-05), InlineData(-1f, -0.15880800939172324), InlineData(-0.25f, -0.100324649298315), InlineData(0.5f, 0.34571400982514394)]
    [InlineData(1f, 0.8411919906082768), InlineData(2f, 1.954597694087775), InlineData(3f, 2.996362607918227)]
    public void Tanh_OfKnownArguments_IsTheTanhForm(float x, double expected) => Assert.Equal(expected, GeluReference.Tanh(x), 1e-7);
}
