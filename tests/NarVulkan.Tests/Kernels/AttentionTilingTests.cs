using NarVulkan.Kernels;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

public sealed class AttentionTilingTests
{
    // The least that Vulkan lets maxComputeSharedMemorySize be.
    private const int SharedMemory = 16 << 10;

    public static TheoryData<int, uint, uint, bool> Gpus()
    {
        var data = new TheoryData<int, uint, uint, bool>();
        foreach (var headSize in new[] { 4, 12, 48, 64, 68, 128 })
        {
            foreach (var invocations in new uint[] { 128, 255, 256, 1024 })
            {
                foreach (var subgroup in new uint[] { 1, 8, 32, 64 })
                {
                    data.Add(headSize, invocations, subgroup, true);
                    data.Add(headSize, invocations, subgroup, false);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Gpus))]
    public void Gpu_OfAnySize_StaysWithinWhatTheDeviceHas(int headSize, uint invocations, uint subgroup, bool shuffle)
    {
        var tiling = AttentionTiling.Gpu(headSize, invocations, subgroup, shuffle);

        Assert.InRange((uint)tiling.Lanes, 32u, invocations);
        Assert.Equal(0, tiling.Lanes % 32);
        Assert.False(tiling.Shuffle && (!shuffle || subgroup < 4));
        Assert.All(tiling.Tiles, tile => Assert.InRange(tiling.SharedBytes(tile.Rows, headSize), 1, SharedMemory));
        // One lane for each of eight parts of a block, for each row.
        Assert.All(tiling.Tiles, tile => Assert.InRange(tile.Rows, 1, tiling.Lanes / 8));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void Rows_OfEveryTiling_GrowWithTheRowsThereAre(int headSize)
    {
        foreach (var tiling in new[] { AttentionTiling.Software(headSize, false), AttentionTiling.Software(headSize, true), AttentionTiling.SoftwareStorage(headSize), AttentionTiling.Gpu(headSize, 256, 32, true) })
        {
            Assert.Equal(1, tiling.Tiles[0].FromRows);
            var rows = Enumerable.Range(0, 200).Select(tiling.Rows).ToList();
            Assert.Equal(rows.Order(), rows);
            Assert.Equal(tiling.Tiles[^1].Rows, rows[^1]);
        }
    }

    [Theory]
    [InlineData(32, AttentionVariant.Storage32)]
    [InlineData(64, AttentionVariant.Storage64)]
    [InlineData(48, AttentionVariant.Storage)]
    internal void Variant_OfASoftwareDriverWithoutTexels_IsMadeForTheHeadSize(int headSize, AttentionVariant variant)
    {
        var tiling = AttentionTiling.SoftwareStorage(headSize);

        Assert.Equal(variant, tiling.Variant(LoadPath.Storage, headSize));
    }
}
