using NarVulkan.Reference;
using Xunit;

namespace NarVulkan.Tests.Reference;

public sealed class GeGluReferenceTests
{
    [Fact]
    public void Apply_ToSmallAndLargeGates_IsGeluOfGateTimesUp()
    {
        float[] gate = [0f, 1f, -1f, 200f, -200f];
        float[] up = [5f, 2f, 2f, 0.5f, 3f];
        var output = new float[5];

        GeGluReference.Apply(gate, up, output);

        // gelu_tanh(1) = 0.8411919906, gelu_tanh(-1) = -0.1588080094; float32 rounding of values around 1.
        float[] expected = [0f, 2f * 0.8411919906f, -2f * 0.1588080094f, 100f, 0f];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], output[i], 1e-6f);
        }
    }
}
