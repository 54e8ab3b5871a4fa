using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class GuidanceReferenceTests
{
    [Theory]
    [InlineData(0f, -1f)]  // the unconditional logits
    [InlineData(1f, 2f)]   // the conditional ones
    [InlineData(2.5f, 6.5f)]
    public void Apply_AtAScale_ExtrapolatesFromUnconditionalToConditional(float scale, float expected)
    {
        var guided = new float[1];

        GuidanceReference.Apply([2f], [-1f], scale, guided);

        Assert.Equal(expected, guided[0]);
    }

    [Fact]
    public void Apply_InPlace_ReadsBeforeItWrites()
    {
        float[] conditional = [1f, 2f, 3f];

        GuidanceReference.Apply(conditional, [3f, 2f, 1f], 2f, conditional);

        Assert.Equal([-1f, 2f, 5f], conditional);
    }
}
