using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class RopeKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 1, 1, 8, 0)]
    [InlineData(4, 5, 3, 24, 2)]
    [InlineData(2, 33, 2, 64, 7)]
    public void Record_OfPackedRows_AgreesWithTheTwin(int sequences, int rows, int heads, int headSize, int slotOffset)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(headSize);
        var stride = 3 * heads * headSize + 8;
        var expected = KernelHarness.Sentinels(sequences * rows * stride);
        RandomData.Normal(random, sequences * rows * stride).CopyTo(expected, 0);
        var cosSin = RandomData.Normal(random, (slotOffset + rows) * headSize);
        var qkv = harness.Upload("qkv", expected);

        harness.Run(recorder => new RopeKernel(fixture.RequireDevice()).Record(
            recorder, qkv, stride, harness.Upload("cosSin", cosSin), slotOffset, sequences, rows, heads, headSize));

        RopeReference.Rotate(
            expected.AsSpan(0, sequences * rows * stride), stride, cosSin, slotOffset, sequences, rows, heads, headSize);

        // Two products and a sum in float32, possibly fused.
        KernelHarness.AssertClose(expected, harness.Read<float>(qkv), 1e-6f);
    }
}
