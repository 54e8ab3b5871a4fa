using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Tests.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

[Collection(VulkanCollection.Name)]
public sealed class AddRowsKernelTests(VulkanFixture fixture)
{
    [SkippableTheory]
    [InlineData(1, 1, 0, 1, 8, true)]
    [InlineData(3, 9, 4, 5, 72, true)]
    [InlineData(3, 9, 4, 5, 72, false)]
    public void Record_OfSharedRows_AgreesWithTheTwin(int sequences, int rowsPerSequence, int firstRow, int rows, int width, bool add)
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var random = new Random(9);
        var table = RandomData.Normal(random, (2 + rows) * width);
        var expected = KernelHarness.Sentinels(sequences * rowsPerSequence * width);
        var y = harness.Upload("y", expected);

        harness.Run(recorder => new AddRowsKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("table", table), 2, rows, y, sequences, rowsPerSequence, firstRow, rows, width, add));

        // One addition in float32, the same on both sides.
        AddRowsReference.Apply(table, 2, rows, expected, sequences, rowsPerSequence, firstRow, rows, width, add);
        Assert.Equal(expected, harness.Read<float>(y));
    }

    [SkippableFact]
    public void Record_OfOneRow_RepeatsItOverAllRows()
    {
        using var harness = new KernelHarness(fixture.RequireDevice());
        var table = RandomData.Normal(new Random(10), 8);
        var expected = KernelHarness.Sentinels(2 * 7 * 8);
        var y = harness.Upload("y", expected);

        harness.Run(recorder => new AddRowsKernel(fixture.RequireDevice()).Record(
            recorder, harness.Upload("table", table), 0, 1, y, 2, 7, 0, 7, 8, add: false));

        AddRowsReference.Apply(table, 0, 1, expected, 2, 7, 0, 7, 8, add: false);
        Assert.Equal(expected, harness.Read<float>(y));
    }
}
