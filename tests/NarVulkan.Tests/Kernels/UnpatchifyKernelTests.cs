using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class UnpatchifyKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 0, 0, 3, 4, 8, 8, 4, 8)]
    [InlineData(2, 5, 3, 3, 8, 16, 24, 4, 8)]
    [InlineData(3, 2, 0, 2, 6, 9, 12, 2, 3)] // patches narrower than a workgroup
    public void Record_OfVideos_AgreesWithTheTwin(
        int videos, int otherRows, int firstRow, int channels, int frames, int rows, int columns, int patchFrames, int patchSize)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var shape = new VideoPatches(channels, frames, rows, columns, patchFrames, patchSize);
        var rowsPerVideo = shape.PatchCount + otherRows;
        var patchRows = RandomData.Normal(new Random(11), videos * rowsPerVideo * shape.PatchWidth);
        var expected = KernelHarness.Sentinels(videos * shape.VideoLength);
        var video = harness.Upload("video", expected);

        harness.Run(recorder => new UnpatchifyKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("patchRows", patchRows), video, shape, videos, rowsPerVideo, firstRow));

        UnpatchifyReference.Assemble(patchRows, expected, shape, videos, rowsPerVideo, firstRow);
        Assert.Equal(expected, harness.Read<float>(video));
    }
}
