using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class PackRowsKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    // Rows, depth, offset, row stride, column stride: rows of a wider matrix, and its columns.
    [InlineData(16, 64, 64, 192, 1)]
    [InlineData(15, 20, 3, 25, 1)]
    [InlineData(64, 16, 128, 1, 192)]
    [InlineData(21, 15, 0, 1, 30)]
    public void Record_OfAnyStrides_AgreesWithTheTwinAndThePacker(int rows, int depth, int offset, int rowStride, int columnStride)
    {
        var device = fixture.RequireDevice();
        using var harness = new KernelHarness(device);
        var x = RandomData.Normal(new Random(rows), offset + rows * rowStride + depth * columnStride);
        var matrix = harness.Own(PackedMatrix.Allocate(device, "packed", rows, depth));

        harness.Run(recorder => new PackRowsKernel(device).Record(
            recorder, harness.Upload("x", x), (uint)offset, (uint)rowStride, (uint)columnStride, matrix));

        var packed = Read(harness, matrix);
        Assert.Equal(PackRowsReference.Apply(x, offset, rowStride, columnStride, rows, depth, matrix.Tiling.Lanes), packed);
        var dense = new float[rows * depth];
        for (var i = 0; i < dense.Length; i++)
        {
            dense[i] = x[offset + i / depth * rowStride + i % depth * columnStride];
        }

        Assert.Equal(Read(harness, harness.Own(PackedMatrix.Create(device, "by the host", new ArrayMatrix(dense, rows, depth), WeightPrecision.Float32))), packed);
    }

    [SkippableFact]
    public void Record_WhenTheMatrixExceedsOneBinding_FillsItsPanels()
    {
        fixture.RequireDevice();
        using var device = VulkanDevice.Open(VulkanFixture.Options() with { MaxStorageBufferRange = 8 << 10 });
        using var harness = new KernelHarness(device);
        const int rows = 410, depth = 40;
        // Inputs are bound whole, so the matrix is made of overlapping rows of little.
        var x = RandomData.Normal(new Random(8), rows + depth);
        var matrix = harness.Own(PackedMatrix.Allocate(device, "packed", rows, depth));

        Assert.True(matrix.Panels.Count > 1, $"{matrix.Panels.Count} panels");
        harness.Run(recorder => new PackRowsKernel(device).Record(recorder, harness.Upload("x", x), 0, 1, 1, matrix));

        Assert.Equal(PackRowsReference.Apply(x, 0, 1, 1, rows, depth, matrix.Tiling.Lanes), Read(harness, matrix));
    }

    [SkippableFact]
    public void Record_IntoWeightsOfAnotherPrecision_Throws()
    {
        var device = fixture.RequireDevice();
        using var harness = new KernelHarness(device);
        var half = harness.Own(PackedMatrix.Create(device, "half", new ArrayMatrix(new float[64], 8, 8), WeightPrecision.Float16));

        Assert.Throws<ArgumentException>(() => harness.Run(recorder => new PackRowsKernel(device).Record(recorder, harness.Upload("x", new float[64]), 0, 8, 1, half)));
    }

    private static float[] Read(KernelHarness harness, PackedMatrix matrix) => [.. matrix.Panels.SelectMany(panel => harness.Read<float>(panel.Buffer))];
}
