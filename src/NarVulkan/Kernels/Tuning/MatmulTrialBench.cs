using System.Diagnostics;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>Operands of one shape and number of rows, and the recording and timing of products with them.</summary>
internal sealed class MatmulTrialBench : IDisposable
{
    private readonly VulkanDevice _device;
    private readonly MatmulKernel _kernel;
    private readonly IReadOnlyList<PackedMatrix> _matrices;
    private readonly int _rows;
    private readonly uint _xStride;
    private readonly uint _yStride;
    private readonly List<DeviceBuffer> _buffers = [];
    private readonly DeviceBuffer _x;
    private readonly DeviceBuffer _y;
    private readonly KvAppend? _cache;

    /// <param name="device">The device.</param>
    /// <param name="kernel">Records the products.</param>
    /// <param name="matrices">Of one shape and layout; borrowed.</param>
    /// <param name="rows">Of x and y.</param>
    public MatmulTrialBench(VulkanDevice device, MatmulKernel kernel, IReadOnlyList<PackedMatrix> matrices, int rows)
    {
        _device = device;
        _kernel = kernel;
        _matrices = matrices;
        _rows = rows;
        var matrix = matrices[0];
        _xStride = (uint)(matrix.ChunkCount * MatrixPacker.ChunkLength);
        // Queries, keys and values: pairs of columns, a third of them each. One head is as good as many.
        var width = matrix.Layout == MatrixLayout.Pairs ? 2 * matrix.Columns / 3 : matrix.Columns;
        _yStride = (uint)width;
        var random = new Random(rows);
        var values = new float[rows * _xStride];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle() * 2f - 1f;
        }

        try
        {
            _x = Create("tuning x", (ulong)values.Length);
            device.Uploads.Upload<float>(_x, 0, values);
            _y = Create("tuning y", (ulong)rows * _yStride);
            if (matrix.Layout == MatrixLayout.Pairs)
            {
                _cache = new KvAppend
                {
                    Keys = Create("tuning keys", (ulong)rows * _yStride),
                    Values = Create("tuning values", (ulong)rows * _yStride),
                    RowsPerSequence = rows,
                    SequenceStride = 1,
                    Heads = 1,
                    HeadSize = width,
                    Capacity = rows,
                    FirstSlot = 0,
                };
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public MatmulTiling Tiling => _matrices[0].Tiling;

    /// <summary>A product with each of the matrices in turn, timed as one region.</summary>
    public RecordedCommands Record(MatmulTile tile, string region)
    {
        using var recorder = new CommandRecorder(_device, "tuning", timestamps: true);
        recorder.BeginRegion(region);
        foreach (var matrix in _matrices)
        {
            // What else an epilogue does is a matter of a few results at the end; only whether it takes pairs is part of the shape.
            var epilogue = matrix.Layout switch
            {
                MatrixLayout.GateUp => MatmulEpilogue.SwiGlu,
                MatrixLayout.Pairs => MatmulEpilogue.QueryKeyValue,
                _ => MatmulEpilogue.Store,
            };
            _kernel.Record(recorder, matrix, _x, 0, _xStride, _y, 0, _yStride, _rows, epilogue, cache: _cache, form: tile);
        }

        recorder.EndRegion();
        return recorder.Finish();
    }

    /// <summary>Microseconds of one product: by timestamps where the queue has them, else by the wall clock.</summary>
    public double Time(RecordedCommands commands, string region)
    {
        var clock = Stopwatch.StartNew();
        commands.Run();
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        foreach (var (name, time) in commands.Timings)
        {
            milliseconds = name == region ? time : milliseconds;
        }

        return 1e3 * milliseconds / _matrices.Count;
    }

    /// <summary>What the last product wrote, all of it.</summary>
    public float[] Result()
    {
        DeviceBuffer[] written = _cache is null ? [_y] : [_y, _cache.Keys, _cache.Values];
        var values = new float[written.Length * _rows * (int)_yStride];
        for (var i = 0; i < written.Length; i++)
        {
            _device.Readbacks.Read<float>(written[i], 0, values.AsSpan(i * _rows * (int)_yStride, _rows * (int)_yStride));
        }

        return values;
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
    }

    private DeviceBuffer Create(string role, ulong floats)
    {
        _buffers.Add(_device.CreateBuffer(role, floats * sizeof(float), BufferUse.Texel));
        return _buffers[^1];
    }
}
