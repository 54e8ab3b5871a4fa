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

    [Theory]
    [InlineData(nameof(MatrixLayout.Plain), 8, 21)]
    [InlineData(nameof(MatrixLayout.Pairs), 8, 70)]
    [InlineData(nameof(MatrixLayout.GateUp), 16, 96)]
    public void Fill_OfBlocksPieceByPiece_GivesUnitsOfWeightsAndBehindThemScales(string layoutName, int lanes, int depth)
    {
        const int Rows = 38;
        var layout = Enum.Parse<MatrixLayout>(layoutName);
        var source = new BlockRows(Rows, depth);
        var packer = new MatrixPacker(source, WeightPrecision.Q8, layout, lanes);
        int units = (depth + 15) / 16, blocks = (depth + 31) / 32;
        Assert.Equal(lanes * (16 * units + 2 * blocks), packer.BlockBytes);
        var expected = new byte[packer.BlockCount * packer.BlockBytes];
        for (int row = 0; row < Rows; row++)
        {
            int column = layout switch { MatrixLayout.Pairs => row / 2, MatrixLayout.GateUp => row % (Rows / 2), _ => row };
            int second = layout switch { MatrixLayout.Pairs => row % 2, MatrixLayout.GateUp => row / (Rows / 2), _ => 0 };
            int block = column / lanes * MatrixPacker.BlocksPerColumn(layout) + second, lane = column % lanes;
            var target = expected.AsSpan(block * (int)packer.BlockBytes, (int)packer.BlockBytes);
            for (int k = 0; k < depth; k++)
            {
                target[(k / 16 * lanes + lane) * 16 + k % 16] = (byte)BlockRows.Weight(row, k);
            }
            for (int k = 0; k < blocks; k++)
            {
                MemoryMarshal.Cast<byte, ushort>(target[(16 * units * lanes)..])[k * lanes + lane] = MatrixPacker.PackScale(BlockRows.Scale(row, k));
            }
        }

        foreach (int piece in (int[])[expected.Length, 16, 48, 112, (int)packer.BlockBytes + 16])
        {
            var pieces = new byte[expected.Length];
            for (int first = 0; first < expected.Length; first += piece)
            {
                Assert.True(packer.Fill(0, first, pieces.AsSpan(first, Math.Min(piece, expected.Length - first))));
            }
            Assert.Equal(expected, pieces);
        }
    }

    [Fact]
    public void PackScale_OfEveryScale_IsTheOneThatShadersTakeApart()
    {
        for (int bits = 1; bits < 0x7c00; bits++)
        {
            var scale = BitConverter.UInt16BitsToHalf((ushort)bits);
            uint packed = MatrixPacker.PackScale(scale);
            // As in load_q8.glsl.
            Assert.Equal((float)scale, BitConverter.UInt32BitsToSingle((packed << 13) + 0x33000000));
            Assert.NotEqual(0u, packed);
        }
        Assert.Equal(0, MatrixPacker.PackScale(Half.Zero));
    }

    [Fact]
    public void Fill_OfBlocksWithoutAScale_HasWeightsOfZero()
    {
        var packer = new MatrixPacker(new BlockRows(8, 72, scaled: false), WeightPrecision.Q8, MatrixLayout.Plain, 8);
        var packed = new byte[packer.BlockBytes];

        Assert.True(packer.Fill(0, 0, packed));

        Assert.All(packed, part => Assert.Equal(0, part));
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

    /// <summary>Blocks such as a file may hold; its values are not asked for.</summary>
    private sealed class BlockRows(int rows, int columns, bool scaled = true) : MatrixSource
    {
        public override int Rows => rows;

        public override int Columns => columns;

        public static sbyte Weight(int row, int k) => (sbyte)(row * 31 + k * 7);

        public static Half Scale(int row, int block) => (Half)(row + block / 8f + 1);

        public override void ReadRow(int row, Span<float> destination) => throw new NotSupportedException();

        public override bool ReadQ8Row(int row, Span<sbyte> weights, Span<Half> scales)
        {
            for (int k = 0; k < columns; k++)
            {
                weights[k] = Weight(row, k);
                scales[k / 32] = scaled ? Scale(row, k / 32) : Half.Zero;
            }
            return true;
        }
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
