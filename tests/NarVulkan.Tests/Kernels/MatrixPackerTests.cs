using System.Runtime.InteropServices;
using NarVulkan.Kernels;
using Xunit;

namespace NarVulkan.Tests.Kernels;

public sealed class MatrixPackerTests
{
    [Fact]
    public void Fill_SourceThatFails_ThrowsWhatTheSourceThrew()
    {
        var packer = new MatrixPacker(new FailingSource(), WeightPrecision.Float32, MatrixLayout.Plain, 4);
        var panel = new byte[packer.BlockCount * packer.BlockBytes];

        var failure = Assert.Throws<ModelFileException>(() => packer.Fill(0, 0, panel));

        Assert.Equal("w.pth: row 5 is unreadable", failure.Message);
    }

    [Theory]
    [InlineData(nameof(WeightPrecision.Float32), nameof(MatrixLayout.Plain), 4, 1)]
    [InlineData(nameof(WeightPrecision.Float16), nameof(MatrixLayout.GateUp), 8, 1)]
    [InlineData(nameof(WeightPrecision.BFloat16), nameof(MatrixLayout.Plain), 16, 1)]
    [InlineData(nameof(WeightPrecision.Float32), nameof(MatrixLayout.Pairs), 8, 1)]
    [InlineData(nameof(WeightPrecision.Float16), nameof(MatrixLayout.Plain), 16, 2)]
    [InlineData(nameof(WeightPrecision.Float16), nameof(MatrixLayout.GateUp), 8, 4)]
    public void Fill_PieceByPiece_GivesTheWhole(string precisionName, string layout, int lanes, int run)
    {
        var precision = Enum.Parse<WeightPrecision>(precisionName);
        var values = Enumerable.Range(1, 38 * 21).Select(i => (float)i).ToArray();
        var packer = new MatrixPacker(new ArrayMatrixSource(values, 21), precision, Enum.Parse<MatrixLayout>(layout), lanes, run);
        var whole = new byte[packer.BlockCount * packer.BlockBytes];
        packer.Fill(0, 0, whole);
        // Every value lies somewhere, and what is not a value is zero.
        Assert.Equal(values.Length, whole.Chunk(WeightEncoding.BytesPerWeight(precision)).Count(weight => weight.Any(part => part != 0)));

        foreach (int piece in (int[])[16, 48, 112, (int)packer.BlockBytes + 16])
        {
            var pieces = new byte[whole.Length];
            for (int first = 0; first < whole.Length; first += piece)
            {
                packer.Fill(0, first, pieces.AsSpan(first, Math.Min(piece, whole.Length - first)));
            }
            Assert.Equal(whole, pieces);
        }

        // A panel that begins at a later block is that part of the whole.
        var rest = new byte[whole.Length - 2 * packer.BlockBytes];
        packer.Fill(2, 0, rest);
        Assert.Equal(whole[(2 * (int)packer.BlockBytes)..], rest);
    }

    [Fact]
    public void Fill_WithRuns_GivesTilesOfColumnsByDepth()
    {
        // 20 rows of 40 in tiles of 16 columns by 16 halfs: [2][3][16][16], as a cooperative matrix is loaded.
        const int Rows = 20, Depth = 40, Tile = 16;
        var values = Enumerable.Range(1, Rows * Depth).Select(i => (float)i).ToArray();
        var packer = new MatrixPacker(new ArrayMatrixSource(values, Depth), WeightPrecision.Float16, MatrixLayout.Plain, Tile, run: 2);
        var packed = new byte[packer.BlockCount * packer.BlockBytes];
        packer.Fill(0, 0, packed);

        var expected = new Half[2 * 3 * Tile * Tile];
        for (var n = 0; n < Rows; n++)
        {
            for (var k = 0; k < Depth; k++)
            {
                expected[((((n / Tile * 3) + (k / Tile)) * Tile) + (n % Tile)) * Tile + (k % Tile)] = (Half)values[(n * Depth) + k];
            }
        }

        Assert.Equal(6, packer.ChunkCount);
        Assert.Equal(MemoryMarshal.AsBytes<Half>(expected), packed);
    }

    /// <summary>32 rows of 8, so that several threads pack; one row cannot be read.</summary>
    private sealed class FailingSource : MatrixSource
    {
        public override int Rows => 32;

        public override int Columns => 8;

        public override void ReadRow(int row, Span<float> destination)
        {
            destination.Clear();
            if (row == 5)
            {
                throw new ModelFileException("w.pth", "row 5 is unreadable");
            }
        }
    }
}
