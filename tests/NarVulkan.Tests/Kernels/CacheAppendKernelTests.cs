using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class CacheAppendKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 1, 1, 1, 8, 3, 2)]
    [InlineData(4, 1, 5, 3, 24, 16, 11)] // up to the last slot
    [InlineData(3, 2, 7, 2, 40, 9, 0)]   // every other cache sequence
    public void Record_OfNewRows_FillsTheirSlotsAndNoOthers(
        int sequences, int sequenceStride, int rows, int heads, int headSize, int capacity, int firstSlot)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var stride = 3 * heads * headSize;
        var qkv = RandomData.Normal(new Random(8), sequences * rows * stride);
        var expectedKeys = KernelHarness.Sentinels(sequences * sequenceStride * heads * capacity * headSize);
        var expectedValues = (float[])expectedKeys.Clone();
        var keys = harness.Upload("kvKeys", expectedKeys);
        var values = harness.Upload("kvValues", expectedValues);

        harness.Run(recorder => new CacheAppendKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("qkv", qkv), stride, keys, values,
            sequences, sequenceStride, rows, heads, headSize, capacity, firstSlot));

        CacheAppendReference.Append(
            qkv, stride, expectedKeys, expectedValues, sequences, sequenceStride, rows, heads, headSize, capacity, firstSlot);
        Assert.Equal(expectedKeys, harness.Read<float>(keys));
        Assert.Equal(expectedValues, harness.Read<float>(values));
    }
}
