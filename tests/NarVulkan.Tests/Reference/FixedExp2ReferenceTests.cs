using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class FixedExp2ReferenceTests
{
    private const double One = 1u << 26;

    [Fact]
    public void Negative_OverItsWholeRange_StaysWithinThreeUnits()
    {
        // A step that is no power of two visits all fractions; 3 units of 2^-31 is what the shader's header states.
        for (ulong exponent = 0; exponent <= uint.MaxValue; exponent += 65_521)
        {
            var expected = Math.Pow(2.0, 31 - exponent / One);
            Assert.InRange(FixedExp2Reference.Negative((uint)exponent) - expected, -3.0, 3.0);
        }
    }

    [Theory]
    [InlineData(0, 0x80000000u)]
    [InlineData(1, 0x40000000u)]
    [InlineData(31, 1u)]
    [InlineData(32, 1u)] // half a unit rounds up
    [InlineData(33, 0u)]
    [InlineData(63, 0u)]
    public void Negative_OfAWholeExponent_IsExact(uint whole, uint expected)
    {
        Assert.Equal(expected, FixedExp2Reference.Negative(whole << 26));
    }
}
