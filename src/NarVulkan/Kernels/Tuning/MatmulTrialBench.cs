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
    private readonly DeviceBuffer _x;
    private readonly DeviceBuffer _y;

    /// <param name="device">The device.</param>
    /// <param name="kernel">Records the products.</param>
    /// <param name="matrices">Of one shape; borrowed.</param>
    /// <param name="rows">Of x and y.</param>
    public MatmulTrialBench(VulkanDevice device, MatmulKernel kernel, IReadOnlyList<PackedMatrix> matrices, int rows)
    {
        _device = device;
        _kernel = kernel;
        _matrices = matrices;
        _rows = rows;
        _xStride = (uint)(matrices[0].ChunkCount * MatrixPacker.ChunkLength);
        var random = new Random(rows);
        var values = new float[rows * _xStride];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle() * 2f - 1f;
        }

        _x = device.CreateBuffer("tuning x", (ulong)values.Length * sizeof(float), BufferUse.Texel);
        try
        {
            device.Uploads.Upload<float>(_x, 0, values);
            _y = device.CreateBuffer("tuning y", (ulong)rows * (ulong)matrices[0].Columns * sizeof(float), BufferUse.Texel);
        }
        catch
        {
            _x.Dispose();
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
            // What the epilogue does is a matter of a few results at the end; only whether it takes pairs is part of the shape.
            var epilogue = matrix.Layout == MatrixLayout.Plain ? MatmulEpilogue.Store : MatmulEpilogue.SwiGlu;
            _kernel.RecordForm(recorder, matrix, _x, 0, _xStride, _y, 0, (uint)matrix.Columns, _rows, epilogue, tile);
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

    /// <summary>What the last product wrote.</summary>
    public float[] Result()
    {
        var values = new float[_y.Size / sizeof(float)];
        _device.Readbacks.Read<float>(_y, 0, values);
        return values;
    }

    public void Dispose()
    {
        _y.Dispose();
        _x.Dispose();
    }
}
