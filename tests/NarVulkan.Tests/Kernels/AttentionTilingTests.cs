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

    /// <summary>Shapes that drivers list, by rows, columns, depth and lanes, for heads of 64 and 128 in 48 KiB of shared memory.</summary>
    [Theory]
    [InlineData(16, 16, 16, 32, 8)]     // NVIDIA, AMD
    [InlineData(16, 16, 16, 64, 4)]     // 16 lanes to a row's keys; 8 subgroups would be 512 lanes
    [InlineData(8, 8, 16, 8, 8)]        // Intel
    [InlineData(8, 16, 16, 16, 8)]
    [InlineData(8, 8, 8, 8, 8)]         // lavapipe
    [InlineData(16, 8, 16, 32, 8)]
    [InlineData(16, 8, 8, 32, 0)]       // a tile has fewer quads than a subgroup lanes
    [InlineData(8, 8, 8, 32, 0)]
    [InlineData(64, 64, 16, 64, 0)]     // no room
    public void Matrices_OfADevicesShape_AreUsedWhereAllThatTheShaderDividesComesOutEven(int rows, int columns, int depth, int lanes, int subgroups)
    {
        const uint Invocations = 256, Bytes = 48 << 10;
        var shape = new CooperativeMatrixShape(rows, columns, depth, lanes);
        foreach (var headSize in new[] { 64, 128 })
        {
            var few = AttentionMatrices.For(shape, 2, Invocations, Bytes, headSize, rowsPerSequence: 16);
            Assert.Equal(subgroups == 0, few is null);
            if (few is null)
            {
                continue;
            }

            Assert.Equal((subgroups, 1), (few.Subgroups, few.RowTiles));
            Assert.Equal(rows, few.Rows);
            Assert.InRange(few.Lanes, lanes, (int)Invocations);
            // Lanes of one subgroup share a row's keys, some quads each.
            var units = few.Lanes / rows;
            Assert.InRange(units, 1, lanes);
            Assert.Equal(0, few.Subgroups * columns / 4 % units);
            Assert.All(new[] { few, AttentionMatrices.For(shape, 2, Invocations, Bytes, headSize, rowsPerSequence: 2048)! }, form => Assert.InRange(form.SharedBytes(headSize), 1, (int)Bytes));
        }

        Assert.Null(AttentionMatrices.For(shape, 2, Invocations, Bytes, headSize: 100, rowsPerSequence: 16));
    }

    [Fact]
    public void SharedBytes_OfMatrices_AreWhatRadvCounts()
    {
        // LDS of the pipelines in tools/bench/PIPELINES.md, which is given in steps of 512 bytes.
        var matrices = new AttentionMatrices(new CooperativeMatrixShape(16, 16, 16, 32), Parts: 2, Subgroups: 8, RowTiles: 1);

        Assert.Equal(36352, Counted(matrices.SharedBytes(64)));
        Assert.Equal(40448, Counted(matrices.SharedBytes(128)));
        Assert.Equal(36352, Counted((matrices with { Subgroups = 4, RowTiles = 2 }).SharedBytes(64)));

        static int Counted(int bytes) => (bytes + 511) / 512 * 512;
    }
}
