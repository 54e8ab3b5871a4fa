using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>One product on the device and on the CPU, and how far they may differ.</summary>
internal sealed class MatmulCase
{
    private readonly int _columns;
    private readonly int _depth;
    private readonly WeightPrecision _precision;
    private readonly MatmulEpilogue _epilogue;
    private readonly float[] _weights;
    private readonly float[] _bias;

    /// <param name="columns">Columns of y; gate and up have twice as many rows of weights.</param>
    public MatmulCase(int columns, int depth, WeightPrecision precision, MatmulEpilogue epilogue, int seed = 1)
    {
        var random = new Random(seed);
        _columns = columns;
        _depth = depth;
        _precision = precision;
        _epilogue = epilogue;
        var rows = IsGated ? 2 * columns : columns;
        _weights = RoundedWeights.Of(RandomData.Normal(random, rows * depth, 0.3f), depth, precision);
        _bias = RandomData.Normal(random, columns);
    }

    private bool IsGated => _epilogue is MatmulEpilogue.SwiGlu or MatmulEpilogue.GeGluTanh;

    private bool HasBias => _epilogue is MatmulEpilogue.StoreBias or MatmulEpilogue.StoreBiasGelu or MatmulEpilogue.AddToBias;

    public PackedMatrix Pack(VulkanDevice device, MatmulTiling? tiling = null) => PackedMatrix.Create(
        device,
        "test weights",
        new ArrayMatrix(_weights, _weights.Length / _depth, _depth),
        _precision,
        IsGated ? MatrixLayout.GateUp : MatrixLayout.Plain,
        tiling);

    /// <summary>y after the product, where it held <paramref name="before"/>; guards around y are checked.</summary>
    /// <param name="form">Null: the one that the kernel chooses.</param>
    /// <param name="tile">For matrices packed for cooperative matrices; null: the device's choice.</param>
    public float[] OnDevice(
        VulkanDevice device, PackedMatrix matrix, float[] x, float[] before, int rows, MatmulTile? form = null, CooperativeTile? tile = null)
    {
        // x has rows further apart than K, with zeros between: the last chunk may read them.
        var stride = (_depth + 7) / 8 * 8 + 8;
        var padded = new float[8 + rows * stride];
        for (var row = 0; row < rows; row++)
        {
            x.AsSpan(row * _depth, _depth).CopyTo(padded.AsSpan(8 + row * stride));
        }

        using var xBuffer = DeviceArrays.Create(device, padded);
        using var y = new GuardedBuffer(device, rows, _columns, before.AsSpan(0, rows * _columns));
        using var bias = HasBias ? DeviceArrays.Create(device, _bias) : null;
        var kernel = new MatmulKernel(device);
        DeviceArrays.Run(device, recorder =>
        {
            if (form is { } chosen)
            {
                kernel.Record(recorder, matrix, xBuffer, 8, (uint)stride, y.Buffer, y.Offset, y.Stride, rows, _epilogue, bias, form: chosen);
            }
            else if (tile is not null)
            {
                new MatmulCooperativeKernel(device).Record(
                    recorder, matrix, xBuffer, 8, (uint)stride, y.Buffer, y.Offset, y.Stride, _columns, rows, MatmulKernel.EpilogueBits(_epilogue), bias, cache: null, tile);
            }
            else
            {
                kernel.Record(recorder, matrix, xBuffer, 8, (uint)stride, y.Buffer, y.Offset, y.Stride, rows, _epilogue, bias);
            }
        });
        return y.Read();
    }

    /// <param name="form">As in <see cref="OnDevice"/>.</param>
    /// <param name="scale">Of the activations.</param>
    /// <param name="tile">As in <see cref="OnDevice"/>.</param>
    public void AssertMatchesTwin(VulkanDevice device, PackedMatrix matrix, int rows, MatmulTile? form = null, float scale = 1f, CooperativeTile? tile = null)
    {
        var random = new Random(rows);
        var x = RandomData.Normal(random, rows * _depth, scale);
        var before = RandomData.Normal(random, rows * _columns);
        var expected = (float[])before.Clone();
        if (matrix.Cooperative is null && matrix.Tiling.Integer)
        {
            MatmulIntegerReference.Apply(x, _depth, _weights, _depth, HasBias ? _bias : [], expected, _columns, rows, _epilogue);
        }
        else if (matrix.Cooperative is null)
        {
            MatmulReference.Apply(x, _depth, _weights, _depth, HasBias ? _bias : [], expected, _columns, rows, _epilogue);
        }
        else
        {
            MatmulCooperativeReference.Apply(x, _depth, _weights, _depth, HasBias ? _bias : [], expected, _columns, rows, _epilogue, matrix.Cooperative.Parts);
        }

        var actual = OnDevice(device, matrix, x, before, rows, form, tile);

        var magnitudes = new float[rows * _weights.Length / _depth];
        MatmulReference.Apply(
            Array.ConvertAll(x, MathF.Abs), _depth, Array.ConvertAll(_weights, MathF.Abs), _depth, [], magnitudes, _weights.Length / _depth, rows, MatmulEpilogue.Store);
        for (var i = 0; i < actual.Length; i++)
        {
            var magnitude = Magnitude(magnitudes, i / _columns, i % _columns);
            // Two sums of K rounded terms in different order differ by at most K units of 2^-24 of the sum of
            // magnitudes; what follows (bias, residual, GELU, a gate with a factor up to its other operand) adds a few.
            var tolerance = (_depth + 8) * MathF.Pow(2, -24) * (magnitude + Math.Abs(expected[i]) + 1f);
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= tolerance,
                $"rows {rows}, element [{i / _columns}, {i % _columns}]: {actual[i]} instead of {expected[i]}, tolerance {tolerance}");
        }
    }

    private float Magnitude(float[] magnitudes, int row, int column)
    {
        var products = _weights.Length / _depth;
        var first = magnitudes[row * products + column];
        return IsGated ? first * magnitudes[row * products + _columns + column] : first;
    }
}
