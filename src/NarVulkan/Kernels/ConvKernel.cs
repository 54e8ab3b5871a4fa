using System.Runtime.CompilerServices;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// 3 x 3 convolutions of image bands with packed weights: <c>shaders/conv_tiled.comp</c>. A pixel's result is the same, bit
/// for bit, whatever band it is computed in.
/// </summary>
internal sealed class ConvKernel(VulkanDevice device)
{
    /// <summary>Taps of a kernel.</summary>
    public const int Taps = 9;

    private const uint AddBit = 1;
    private const uint BiasBit = 2;

    /// <summary>The shader of a weight precision and path.</summary>
    public static ShaderDescription Shader(WeightPrecision precision, ConvPath path)
    {
        var type = precision switch
        {
            WeightPrecision.Float32 => "f32",
            WeightPrecision.Float16 => "f16",
            WeightPrecision.BFloat16 => "bf16",
            // An image has many pixels: arithmetic is the limit, and bytes would be one step more.
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "convolutions take no 8-bit weights"),
        };
        var read = KernelBuffers.Declare(path is ConvPath.Texel or ConvPath.Shuffle ? LoadPath.Texel : LoadPath.Storage);
        return new ShaderDescription(
            "conv_tiled",
            $"{type}-{path.ToString().ToLowerInvariant()}",
            [read, read, new(BindingAccess.StorageReadWrite), new(BindingAccess.StorageRead)],
            (uint)Unsafe.SizeOf<ConvTiledParameters>());
    }

    /// <summary>Multiply-adds of one row of output pixels: what a band's rows are counted by.</summary>
    public static double WorkPerRow(PackedMatrix weights, int outputWidth) => (double)outputWidth * weights.Depth * weights.Columns;

    /// <summary>y = epilogue(convolution of x) for the pixels of a band.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="weights">[N, 9 C]: for each output channel the taps in raster order, C channels each; C a multiple of 8. Packed with <see cref="MatmulTiling.ForConvolution"/>.</param>
    /// <param name="x">Float32 [band.InputRows, 1 + band.InputWidth + 1, C]: the input rows with a pixel of zeros at either side (<see cref="ConvInputKernel"/> writes it).</param>
    /// <param name="band">Which rows.</param>
    /// <param name="y">Where the band's first pixel goes, and the others from there; it must not overlap x.</param>
    /// <param name="epilogue"><see cref="MatmulEpilogue.Store"/>, StoreBias, AddTo or AddToBias.</param>
    /// <param name="bias">Float32 [N], for the epilogues that add one.</param>
    public void Record(
        CommandRecorder recorder, PackedMatrix weights, DeviceBuffer x, in ConvBand band, in ConvOutput y, MatmulEpilogue epilogue, DeviceBuffer? bias = null)
    {
        var bits = EpilogueBits(epilogue);
        var chunksPerTap = weights.ChunkCount / Taps;
        Check(weights, band, epilogue, bias, bits);
        var pixels = checked(band.Rows * band.OutputWidth);
        foreach (var panel in weights.Panels)
        {
            var path = KernelBuffers.ActivationPath(device.Profile, x, panel.Buffer);
            var (columnLanes, tile) = Tile(weights.Tiling, panel);
            var form = tile switch
            {
                _ when path == LoadPath.Texel => device.Profile.ShufflesEightLanes && columnLanes == DeviceProfile.ShuffledLanes ? ConvPath.Shuffle : ConvPath.Texel,
                { Path: MatmulPath.Fixed8x8, Columns: 1 } => ConvPath.Fixed8x1,
                { Path: MatmulPath.Fixed8x8 } => ConvPath.Fixed8x8,
                _ => ConvPath.Storage,
            };
            var yRange = KernelBuffers.Range(
                device.Profile, y.Buffer, y.Offset, (ulong)(pixels - 1) * y.PixelStride + (ulong)(weights.Columns - 1) * y.ColumnStride + 1);
            var parameters = new ConvTiledParameters
            {
                PixelCount = (uint)pixels,
                Width = (uint)band.OutputWidth,
                FirstRow = (uint)band.FirstRow,
                Stride = band.Sampling == ConvSampling.Halved ? 2u : 1u,
                Shift = band.Sampling == ConvSampling.Doubled ? 1u : 0u,
                Origin = band.Sampling == ConvSampling.Halved ? 0 : -1,
                XFirstRow = band.InputFirstRow,
                XRowTexels = (uint)((band.InputWidth + 2) * chunksPerTap * 2),
                ChunksPerTap = (uint)chunksPerTap,
                FirstColumn = (uint)panel.FirstColumn,
                ColumnCount = (uint)panel.ColumnCount,
                BlockCount = (uint)panel.BlockCount,
                YOffset = (uint)(y.Offset - yRange.Offset / sizeof(float)),
                YPixelStride = y.PixelStride,
                YColumnStride = y.ColumnStride,
            };
            var blocksPerGroup = columnLanes / weights.Tiling.Lanes * tile.Columns;
            recorder.Dispatch(
                device.Pipelines.Get(Shader(weights.Precision, form), [(uint)columnLanes, (uint)weights.Tiling.Lanes, (uint)tile.Rows, (uint)tile.Columns, bits]),
                // Without a bias its binding is unused, but must hold something that every device can bind.
                [
                    new(panel.Buffer, TexelFormat: path == LoadPath.Texel ? Format.R32G32B32A32Uint : default),
                    KernelBuffers.Floats(x, path),
                    yRange,
                    new(bias ?? panel.Buffer),
                ],
                parameters,
                (uint)((panel.BlockCount + blocksPerGroup - 1) / blocksPerGroup),
                (uint)((pixels + tile.Rows - 1) / tile.Rows),
                work: (double)pixels * panel.BlockCount * weights.Tiling.Lanes * weights.Depth);
        }
    }

    /// <summary>
    /// The widest tile that a panel fills: an image's three channels are one block, for which a lane of eight columns
    /// would compute eight.
    /// </summary>
    private static (int ColumnLanes, MatmulTile Tile) Tile(MatmulTiling tiling, MatrixPanel panel)
    {
        var largest = tiling.Tiles[^1].Tile;
        var columnLanes = Math.Min(largest.ColumnLanes, panel.BlockCount * tiling.Lanes);
        var blocksPerColumn = columnLanes / tiling.Lanes;
        var columns = Math.Min(largest.Columns, (panel.BlockCount + blocksPerColumn - 1) / blocksPerColumn);
        // A fixed tile has all of its columns, or one.
        return (columnLanes, largest with { Columns = largest.Path == MatmulPath.Fixed8x8 && columns > 1 ? largest.Columns : columns });
    }

    private static void Check(PackedMatrix weights, in ConvBand band, MatmulEpilogue epilogue, DeviceBuffer? bias, uint bits)
    {
        if (weights.Depth % (Taps * MatrixPacker.ChunkLength) != 0 || band.Rows < 1 || band.OutputWidth < 1 || band.FirstRow < 0)
        {
            throw new ArgumentException($"convolution with '{weights.Role}' [{weights.Columns}, {weights.Depth}] cannot run over {band}", nameof(band));
        }

        if (((bits & BiasBit) != 0) != (bias is not null))
        {
            throw new ArgumentException($"epilogue {epilogue} of '{weights.Role}' {(bias is null ? "needs a" : "takes no")} bias", nameof(bias));
        }
    }

    private static uint EpilogueBits(MatmulEpilogue epilogue) => epilogue switch
    {
        MatmulEpilogue.Store => 0,
        MatmulEpilogue.StoreBias => BiasBit,
        MatmulEpilogue.AddTo => AddBit,
        MatmulEpilogue.AddToBias => AddBit | BiasBit,
        _ => throw new ArgumentOutOfRangeException(nameof(epilogue), epilogue, "convolutions have no such epilogue"),
    };
}
