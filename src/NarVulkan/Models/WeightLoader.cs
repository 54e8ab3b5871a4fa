using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// Brings tensors of one weights file to the device, one after another, row by row: host memory holds no more of them than the rows that threads
/// are at and what they have read ahead. Owns what it created until <see cref="Finish"/> hands it over, so
/// that a model which fails to load half-way leaves nothing behind.
/// </summary>
/// <param name="device">Where tensors go to.</param>
/// <param name="file">Where they come from.</param>
/// <param name="precision">Of matrices; where it is <see cref="WeightPrecision.Q8"/>, of the large ones, and the rest has 16 bits.</param>
/// <param name="bytesLoaded">Told the number of weights of every tensor that was loaded.</param>
internal sealed class WeightLoader(VulkanDevice device, WeightFile file, WeightPrecision precision, Action<long>? bytesLoaded) : IDisposable
{
    private readonly List<PackedMatrix> matrices = [];
    private OwnedResources owned = new();

    /// <summary>Of everything but large matrices of products: 16 bits where those have 8. Also of convolutions, which arithmetic limits, whatever kernel computes them.</summary>
    public WeightPrecision OtherPrecision { get; } = precision == WeightPrecision.Q8 ? WeightPrecisionChoice.BesideQ8(file) : precision;

    /// <summary>Where tensors go to.</summary>
    public VulkanDevice Device => device;

    /// <summary>The file that tensors come from.</summary>
    public WeightFile File => file;

    /// <summary>Matrices loaded so far; they belong to whoever has the tensors.</summary>
    public IReadOnlyList<PackedMatrix> Matrices => matrices;

    /// <summary>Weights loaded so far, counted.</summary>
    public long Parameters { get; private set; }

    /// <summary>Device bytes taken so far.</summary>
    public long DeviceBytes { get; private set; }

    /// <summary>Device memory behind them, as allocated.</summary>
    public ulong MemoryBytes { get; private set; }

    /// <summary>A matrix [<paramref name="rows"/>, <paramref name="columns"/>] packed for the matrix product.</summary>
    public PackedMatrix Matrix(string name, int rows, int columns) => Matrix(name, Rows(name, rows, columns));

    /// <summary>Any matrix packed for the matrix product.</summary>
    public PackedMatrix Matrix(string role, MatrixSource source, MatrixLayout layout = MatrixLayout.Plain, WeightPrecision? exactly = null, MatmulTiling? tiling = null)
    {
        var matrix = owned.Add(PackedMatrix.Create(device, role, source, exactly ?? Precision(source, tiling), layout, tiling));
        source.Release();
        matrices.Add(matrix);
        Count((long)source.Rows * source.Columns, (long)matrix.Bytes, matrix.MemoryBytes);
        return matrix;
    }

    /// <summary>A matrix packed for the plain kernel, on cooperative matrices nowhere: for activations that leave the range of float16.</summary>
    public PackedMatrix PlainMatrix(string name, int rows, int columns)
    {
        var source = Rows(name, rows, columns);
        return Matrix(name, source, exactly: Precision(source, tiling: null), tiling: MatmulTiling.For(device.Profile));
    }

    /// <summary>An embedding table, gathered by row.</summary>
    public EmbeddingTable Embedding(string role, MatrixSource source, WeightPrecision? exactly = null)
    {
        var table = owned.Add(EmbeddingTable.Create(device, role, source, exactly ?? OtherPrecision));
        source.Release();
        Count((long)source.Rows * source.Columns, table.Parts.Sum(part => (long)part.Buffer.Size), table.Parts.Aggregate(0UL, (sum, part) => sum + part.Buffer.MemoryBytes));
        return table;
    }

    /// <summary>A vector, kept in float32: norms and biases are small, and their precision is cheap.</summary>
    public DeviceBuffer Vector(string name, int length)
    {
        var values = new float[length];
        var tensor = file.Require(name, length);
        tensor.ReadFloats(0, values);
        TensorRows.RequireFinite(tensor, values);
        return Floats(name, values);
    }

    /// <summary>Values computed on the host, kept in float32.</summary>
    public DeviceBuffer Floats(string role, ReadOnlySpan<float> values)
    {
        var buffer = owned.Add(device.CreateBuffer(role, checked((ulong)values.Length * sizeof(float)), BufferUse.Texel));
        device.Uploads.Upload(buffer, 0, values);
        Count(values.Length, (long)buffer.Size, buffer.MemoryBytes);
        return buffer;
    }

    /// <summary>The rows of a tensor [<paramref name="rows"/>, <paramref name="columns"/>] of the file.</summary>
    public TensorRows Rows(string name, int rows, int columns) => new(file.Require(name, rows, columns), columns);

    /// <summary>Hands everything created so far to the caller, counted.</summary>
    public LoadedTensors Finish()
    {
        device.Uploads.Flush();
        var released = new LoadedTensors(owned, Parameters, DeviceBytes, MemoryBytes);
        owned = new OwnedResources();
        return released;
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private WeightPrecision Precision(MatrixSource source, MatmulTiling? tiling) =>
        tiling is null && Q8Tensors.IsLarge(source.Rows, source.Columns) ? precision : OtherPrecision;

    private void Count(long parameters, long deviceBytes, ulong memoryBytes)
    {
        Parameters += parameters;
        DeviceBytes += deviceBytes;
        MemoryBytes += memoryBytes;
        bytesLoaded?.Invoke(parameters);
    }
}
