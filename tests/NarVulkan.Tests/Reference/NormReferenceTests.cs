using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class NormReferenceTests
{
    [Fact]
    public void RmsNorm_OfARow_HasTheWeightsAsItsRootMeanSquare()
    {
        var x = RandomData.Normal(new Random(1), 96, 3f);
        var y = new float[96];

        RmsNormReference.Row(x, Enumerable.Repeat(2f, 96).ToArray(), y, 0f);

        Assert.Equal(2.0, Math.Sqrt(y.Average(value => (double)value * value)), 1e-6);
    }

    [Fact]
    public void LayerNorm_OfARow_HasTheBiasAsMeanAndTheWeightAsDeviation()
    {
        var x = RandomData.Normal(new Random(2), 96, 3f).Select(value => value + 100f).ToArray();
        var y = new float[96];

        LayerNormReference.Row(x, Enumerable.Repeat(2f, 96).ToArray(), Enumerable.Repeat(-1f, 96).ToArray(), y, 0f);

        // Values near 100 carry float32 steps of 1e-5.
        Assert.Equal(-1.0, y.Average(value => (double)value), 1e-4);
        Assert.Equal(2.0, Math.Sqrt(y.Average(value => (value + 1.0) * (value + 1.0))), 1e-4);
    }

    [Fact]
    public void RmsNorm_OfConstants_ShowsEpsilon()
    {
        var y = new float[4];

        RmsNormReference.Row([1f, 1f, 1f, 1f], [1f, 2f, 3f, 4f], y, 3f);

        Assert.Equal([0.5f, 1f, 1.5f, 2f], y);
    }
}
