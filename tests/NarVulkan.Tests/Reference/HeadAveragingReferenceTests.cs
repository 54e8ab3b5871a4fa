using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class HeadAveragingReferenceTests
{
    [Fact]
    public void Average_OfOneToThreeHeads_IsTheirMean()
    {
        float[] right = [3f, 0f];
        float[] down = [0f, 3f];
        float[] next = [6f, -6f];
        var average = new float[2];

        HeadAveragingReference.Average([right], average);
        Assert.Equal([3f, 0f], average);

        HeadAveragingReference.Average([right, down], average);
        Assert.Equal([1.5f, 1.5f], average);

        HeadAveragingReference.Average([right, down, next], average);
        Assert.Equal([3f, -1f], average);
    }

    [Fact]
    public void Average_OfNoHead_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => HeadAveragingReference.Average([], new float[2]));

        Assert.Contains("at least one head", error.Message);
    }
}
