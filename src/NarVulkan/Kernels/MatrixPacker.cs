using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NarVulkan.Quantization;

namespace NarVulkan.Kernels;

/// <summary>
/// Writes weights [N, K] in the order in which the product reads them: [N / lanes][K / 8][units][lanes], in units of
/// 16 bytes (8 half-precision weights, or 4 of float32 with two units to a chunk). With runs of several units it is
/// [N / lanes][K / (8 run)][lanes][run]. K is filled up with zeros to a multiple of 8 (of 8 times the run), N to a
/// multiple of the lanes. 8-bit weights are [N / lanes] blocks, each of [K / 16][lanes] units of 16 weights and, behind
/// them, [K / 32][lanes] scales of 16 bits (<see cref="PackScale"/>); K is filled up to 16, and N as before.
/// </summary>
internal sealed unsafe class MatrixPacker
{
    public const int ChunkLength = 8;
    private const int UnitBytes = 16;

    /// <summary>8-bit weights of a unit.</summary>
    private const int Q8UnitLength = UnitBytes;

    /// <summary>Bits of 2^-25, the float32 of which a packed scale counts steps of 2^13 bits.</summary>
    private const uint ZeroScale = 0x33000000;

    private readonly MatrixSource _source;
    private readonly WeightPrecision _precision;
    private readonly MatrixLayout _layout;
    private readonly int _lanes;
    private readonly int _run;

    /// <param name="source">The weights.</param>
    /// <param name="precision">How they are stored.</param>
    /// <param name="layout">Which row becomes which packed column.</param>
    /// <param name="lanes">Rows that lie side by side.</param>
    /// <param name="run">Units of one row that lie together; more than 1 with half-precision weights only.</param>
    public MatrixPacker(MatrixSource source, WeightPrecision precision, MatrixLayout layout, int lanes, int run = 1)
    {
        _source = source;
        _precision = precision;
        _layout = layout;
        _lanes = lanes;
        _run = run;
        Columns = source.Rows / BlocksPerColumn(layout);
        BlockCount = (Columns + lanes - 1) / lanes * BlocksPerColumn(layout);
        ChunkCount = (source.Columns + run * ChunkLength - 1) / (run * ChunkLength) * run;
        if (precision == WeightPrecision.Q8 && (run != 1 || lanes % (UnitBytes / sizeof(ushort)) != 0))
        {
            throw new ArgumentException($"8-bit weights cannot be packed for {lanes} lanes in runs of {run}", nameof(lanes));
        }
    }

    /// <summary>Columns of y, or pairs of them.</summary>
    public int Columns { get; }

    public int BlockCount { get; }

    /// <summary>Chunks of 8 along K.</summary>
    public int ChunkCount { get; }

    public long BlockBytes => _precision == WeightPrecision.Q8
        ? Q8WeightBytes + (long)Q8Blocks.Count(_source.Columns) * _lanes * sizeof(ushort)
        : (long)ChunkCount * UnitsPerChunk * _lanes * UnitBytes;

    private int UnitsPerChunk => ChunkLength * WeightEncoding.BytesPerWeight(_precision) / UnitBytes;

    /// <summary>Units of a row of 8-bit weights.</summary>
    private int Q8Units => (_source.Columns + Q8UnitLength - 1) / Q8UnitLength;

    /// <summary>Bytes of a block before its scales.</summary>
    private long Q8WeightBytes => (long)Q8Units * _lanes * UnitBytes;

    /// <summary>Blocks that alternate: those whose lanes make a column, or a pair of them, together.</summary>
    public static int BlocksPerColumn(MatrixLayout layout) => layout == MatrixLayout.Plain ? 1 : 2;

    /// <summary>Chunks that lie in one block of weights, and are not taken apart by segments of a sum.</summary>
    public static int SegmentGranule(WeightPrecision precision) => precision == WeightPrecision.Q8 ? Q8Blocks.Length / ChunkLength : 1;

    /// <summary>
    /// A scale as kernels take it apart: 6 bits of exponent, such that 1 is 2^-24, the smallest half, and 10 of fraction. So no scale is subnormal, which
    /// devices may take for zero. Zero is 0, which is read as 2^-25 and must meet weights of zero.
    /// </summary>
    internal static ushort PackScale(Half scale) =>
        scale == Half.Zero ? (ushort)0 : (ushort)((BitConverter.SingleToUInt32Bits((float)scale) - ZeroScale) >> 13);

    /// <summary>Fills part of a panel, in parallel over its blocks.</summary>
    /// <param name="firstBlock">The panel's first block.</param>
    /// <param name="offset">First byte within the panel.</param>
    /// <param name="destination">Whole units.</param>
    /// <returns>False when a weight is outside the range of the precision.</returns>
    public bool Fill(int firstBlock, long offset, Span<byte> destination)
    {
        var outOfRange = 0;
        fixed (byte* pointer = destination)
        {
            // A span cannot be captured; the memory stays pinned until the loop is done.
            var address = (nint)pointer;
            var length = destination.Length;
            var begin = (int)(offset / BlockBytes);
            var end = (int)((offset + length + BlockBytes - 1) / BlockBytes);
            try
            {
                Parallel.For(begin, end, block =>
                {
                    var target = new Span<byte>((void*)address, length);
                    var start = block * BlockBytes - offset;
                    if (!(_precision == WeightPrecision.Q8 ? FillQ8Block(firstBlock + block, start, target) : FillBlock(firstBlock + block, start, target)))
                    {
                        Interlocked.Exchange(ref outOfRange, 1);
                    }
                });
            }
            catch (AggregateException e)
            {
                // What the source says about its file, rather than that several threads met it.
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
        }

        return outOfRange == 0;
    }

    // Compiled for good at once: a model is loaded before code that runs often would be found to.
    // `start` is where the block begins, relative to `destination`; what lies outside is left to another call.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FillBlock(int block, long start, Span<byte> destination)
    {
        var rowBytes = ChunkCount * UnitsPerChunk * UnitBytes;
        var scratch = ArrayPool<byte>.Shared.Rent(rowBytes);
        var units = MemoryMarshal.Cast<byte, Vector128<byte>>(destination);
        var inRange = true;
        for (var lane = 0; lane < _lanes; lane++)
        {
            var row = scratch.AsSpan(0, rowBytes);
            var weights = 0;
            if (SourceRow(block, lane) is { } sourceRow)
            {
                inRange &= _source.EncodeRow(sourceRow, _precision, row);
                weights = _source.Columns * WeightEncoding.BytesPerWeight(_precision);
            }

            row[weights..].Clear();
            Scatter(MemoryMarshal.Cast<byte, Vector128<byte>>(row), start / UnitBytes, lane, units);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return inRange;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FillQ8Block(int block, long start, Span<byte> destination)
    {
        var weights = ArrayPool<sbyte>.Shared.Rent(Q8Units * Q8UnitLength);
        var scales = ArrayPool<Half>.Shared.Rent(Q8Blocks.Count(_source.Columns));
        var units = MemoryMarshal.Cast<byte, Vector128<byte>>(destination);
        var packedScales = MemoryMarshal.Cast<byte, ushort>(destination);
        var inRange = true;
        for (var lane = 0; lane < _lanes; lane++)
        {
            var row = weights.AsSpan(0, Q8Units * Q8UnitLength);
            var rowScales = scales.AsSpan(0, Q8Blocks.Count(_source.Columns));
            row.Clear();
            rowScales.Clear();
            if (SourceRow(block, lane) is { } sourceRow)
            {
                inRange &= _source.ReadQ8Row(sourceRow, row[.._source.Columns], rowScales);
            }

            for (var i = 0; i < rowScales.Length; i++)
            {
                // There is no packed scale of zero: what it would be multiplied with is zero instead.
                if (rowScales[i] == Half.Zero)
                {
                    row.Slice(i * Q8Blocks.Length, Math.Min(Q8Blocks.Length, row.Length - i * Q8Blocks.Length)).Clear();
                }
            }

            Scatter(MemoryMarshal.Cast<sbyte, Vector128<byte>>(row), start / UnitBytes, lane, units);
            for (var i = 0; i < rowScales.Length; i++)
            {
                var at = (start + Q8WeightBytes) / sizeof(ushort) + (long)i * _lanes + lane;
                if (at >= 0 && at < packedScales.Length)
                {
                    packedScales[(int)at] = PackScale(rowScales[i]);
                }
            }
        }

        ArrayPool<sbyte>.Shared.Return(weights);
        ArrayPool<Half>.Shared.Return(scales);
        return inRange;
    }

    /// <summary>Writes a row's units to their places in the block that begins at <paramref name="block"/>, as far as they lie within the destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(ReadOnlySpan<Vector128<byte>> row, long block, int lane, Span<Vector128<byte>> destination)
    {
        // Runs of the row: each `step` units behind the one before, within the destination from `begin` to `end` at least in part.
        long step = (long)_lanes * _run, first = block + (long)lane * _run;
        var runs = row.Length / _run;
        var begin = first + _run > 0 ? 0 : (-first - _run + step) / step;
        var end = Math.Clamp((destination.Length - first + step - 1) / step, 0, runs);
        if (_run == 1)
        {
            for (int unit = (int)begin, at = (int)(first + begin * step); unit < (int)end; unit++, at += _lanes)
            {
                destination[at] = row[unit];
            }

            return;
        }

        for (long run = begin, at = first + begin * step; run < end; run++, at += step)
        {

            for (var unit = (int)Math.Max(0, -at); unit < Math.Min(_run, destination.Length - at); unit++)
            {
                destination[(int)at + unit] = row[(int)run * _run + unit];
            }
        }
    }

    private int? SourceRow(int block, int lane)
    {
        var column = block / BlocksPerColumn(_layout) * _lanes + lane;
        if (column >= Columns)
        {
            return null;
        }

        return _layout switch
        {
            MatrixLayout.GateUp => block % 2 * Columns + column,
            MatrixLayout.Pairs => 2 * column + block % 2,
            _ => column,
        };
    }
}
