using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class SwiGluReferenceTests
{
    [Fact]
    public void Apply_ToSmallAndLargeGates_IsGateTimesLogisticTimesUp()
    {
        float[] gate = [0f, 1f, -1f, 200f, -200f];
        float[] up = [5f, 2f, 2f, 0.5f, 3f];
        var output = new float[5];

        SwiGluReference.Apply(gate, up, output);

        // silu(1) = 1 / (1 + e^-1); float32 rounding of values around 1.
        float[] expected = [0f, 2f * 0.7310585786f, -2f * 0.2689414214f, 100f, 0f];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], output[i], 1e-6f);
        }
    }
}
