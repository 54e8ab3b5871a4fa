using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class PatchifyKernelTests(VulkanFixture fixture)
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
        var video = RandomData.Normal(new Random(11), videos * shape.VideoLength);
        var expected = KernelHarness.Sentinels(videos * rowsPerVideo * shape.PatchWidth);
        var patchRows = harness.Upload("patchRows", expected);

        harness.Run(recorder => new PatchifyKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("video", video), patchRows, shape, videos, rowsPerVideo, firstRow));

        PatchifyReference.Cut(video, expected, shape, videos, rowsPerVideo, firstRow);
        Assert.Equal(expected, harness.Read<float>(patchRows));
    }
}
