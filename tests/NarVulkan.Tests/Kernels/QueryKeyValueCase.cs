using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>A product that gives queries, keys and values, on the device and on the CPU.</summary>
internal sealed class QueryKeyValueCase
{
    private const int MostRows = 96;

    private readonly int _heads, _headSize, _depth;
    private readonly WeightPrecision _precision;
    private readonly float[] _weights, _x;
    private readonly float[]? _angles;

    /// <param name="activationGrid">Activations are multiples of it, below 4; null: any numbers.</param>
    public QueryKeyValueCase(int heads, int headSize, int depth, WeightPrecision precision, bool rotary, float? activationGrid = null)
    {
        (_heads, _headSize, _depth, _precision) = (heads, headSize, depth, precision);
        var random = new Random(headSize);
        // Exact in every precision, but for 8 bits.
        _weights = RoundedWeights.Of(Array.ConvertAll(RandomData.Normal(random, 3 * Width * depth), w => MathF.Round(w * 32) / 64), depth, precision);
        _x = RandomData.Normal(random, MostRows * depth);
        if (activationGrid is { } grid)
        {
            _x = Array.ConvertAll(_x, value => MathF.Round(Math.Clamp(value, -3.9f, 3.9f) / grid) * grid);
        }

        _angles = rotary ? RandomData.Normal(random, MostRows * headSize) : null;
    }

    private int Width => _heads * _headSize;

    public PackedMatrix Pack(VulkanDevice device, MatmulTiling? tiling) =>
        PackedMatrix.Create(device, "wqkv", new ArrayMatrix(_weights, 3 * Width, _depth), _precision, MatrixLayout.Pairs, tiling);

    /// <summary>Queries, and a cache with room for just these rows; each begins and ends with what was there before.</summary>
    public (float[] Queries, float[] Keys, float[] Values) OnDevice(
        VulkanDevice device, PackedMatrix matrix, int sequences, int sequenceStride, int rowsPerSequence, int firstSlot)
    {
        using var harness = new KernelHarness(device);
        var rows = sequences * rowsPerSequence;
        var capacity = firstSlot + rowsPerSequence;
        using var x = DeviceArrays.Create(device, _x);
        var queries = harness.Upload("queries", KernelHarness.Sentinels(rows * Width));
        var keys = harness.Upload("kvKeys", KernelHarness.Sentinels(sequences * sequenceStride * capacity * Width));
        var values = harness.Upload("kvValues", KernelHarness.Sentinels(sequences * sequenceStride * capacity * Width));
        harness.Run(recorder => new MatmulKernel(device).Record(
            recorder, matrix, x, 0, (uint)_depth, queries, 0, (uint)Width, rows, MatmulEpilogue.QueryKeyValue, cache: new KvAppend
            {
                Keys = keys,
                Values = values,
                Angles = _angles is null ? null : harness.Upload("angles", _angles),
                RowsPerSequence = rowsPerSequence,
                SequenceStride = sequenceStride,
                Heads = _heads,
                HeadSize = _headSize,
                Capacity = capacity,
                FirstSlot = firstSlot,
            }));
        return (harness.Read<float>(queries), harness.Read<float>(keys), harness.Read<float>(values));
    }

    public void AssertMatchesTwin(VulkanDevice device, PackedMatrix matrix, int sequences, int sequenceStride, int rowsPerSequence, int firstSlot)
    {
        var rows = sequences * rowsPerSequence;
        var capacity = firstSlot + rowsPerSequence;
        var qkv = new float[rows * 3 * Width];
        MatmulReference.Apply(_x, _depth, _weights, _depth, [], qkv, 3 * Width, rows, MatmulEpilogue.Store);
        if (_angles is not null)
        {
            RopeReference.Rotate(qkv, 3 * Width, _angles, firstSlot, sequences, rowsPerSequence, _heads, _headSize);
        }

        var queries = KernelHarness.Sentinels(rows * Width);
        for (var row = 0; row < rows; row++)
        {
            qkv.AsSpan(row * 3 * Width, Width).CopyTo(queries.AsSpan(row * Width));
        }

        var keys = KernelHarness.Sentinels(sequences * sequenceStride * capacity * Width);
        var values = (float[])keys.Clone();
        CacheAppendReference.Append(
            qkv, 3 * Width, keys, values, sequences, sequenceStride, rowsPerSequence, _heads, _headSize, capacity, firstSlot);

        var actual = OnDevice(device, matrix, sequences, sequenceStride, rowsPerSequence, firstSlot);

        // Sums of 264 products of about 0.5 in two orders, turned by factors of up to about 4.
        KernelHarness.AssertClose(queries, actual.Queries, 1e-4f);
        KernelHarness.AssertClose(keys, actual.Keys, 1e-4f);
        KernelHarness.AssertClose(values, actual.Values, 1e-4f);
    }
}
