using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// An embedding table [rows, width] on the device, float32, float16 or bfloat16, cut by rows where it is larger than
/// one buffer may be. It owns its buffers.
/// </summary>
internal sealed class EmbeddingTable : IDisposable
{
    private const int UploadBytes = 1 << 20;

    private readonly List<EmbeddingPart> _parts = [];

    private EmbeddingTable(int rows, int width, WeightPrecision precision)
    {
        Rows = rows;
        Width = width;
        Precision = precision;
    }

    public int Rows { get; }

    public int Width { get; }

    public WeightPrecision Precision { get; }

    public IReadOnlyList<EmbeddingPart> Parts => _parts;

    /// <summary>Converts a table row by row and uploads it. Halves are rounded to nearest even.</summary>
    /// <param name="role">Name of the buffers, with the part's number where there are several.</param>
    /// <exception cref="DeviceException">The device has no memory for it, or cannot bind even one row.</exception>
    /// <exception cref="InvalidRequestException">A weight is outside the range of the precision.</exception>
    public static EmbeddingTable Create(VulkanDevice device, string role, MatrixSource source, WeightPrecision precision)
    {
        if (source.Columns % 2 != 0)
        {
            throw new ArgumentException($"'{role}' has rows of {source.Columns} elements: an even number is needed", nameof(source));
        }

        if (precision == WeightPrecision.Q8)
        {
            throw new ArgumentException($"'{role}' is gathered by row: tables have no blocks", nameof(precision));
        }

        var table = new EmbeddingTable(source.Rows, source.Columns, precision);
        try
        {
            table.Upload(device, role, source);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Buffer.Dispose();
        }

        _parts.Clear();
    }

    private void Upload(VulkanDevice device, string role, MatrixSource source)
    {
        var rowBytes = Width * WeightEncoding.BytesPerWeight(Precision);
        // Buffers are padded to 16 bytes; a part must stay within the limit with its padding.
        var limit = Math.Min(device.Profile.MaxStorageBufferRange, device.Profile.MaxAllocationSize) / 16 * 16;
        var rowsPerPart = (int)Math.Min((ulong)Rows, limit / (ulong)rowBytes);
        if (rowsPerPart == 0)
        {
            throw new DeviceException(
                $"one row of '{role}' has {rowBytes} bytes, {device.Profile.Name} binds at most {limit}: use half-precision weights");
        }

        for (var first = 0; first < Rows; first += rowsPerPart)
        {
            var rows = Math.Min(rowsPerPart, Rows - first);
            var name = rows == Rows ? role : $"{role} part {_parts.Count}";
            var buffer = device.CreateBuffer(name, (ulong)rows * (ulong)rowBytes, BufferUse.Storage);
            _parts.Add(new EmbeddingPart(buffer, first, rows));
            UploadPart(device.Uploads, source, _parts[^1], rowBytes);
        }
    }

    private void UploadPart(UploadRing uploads, MatrixSource source, EmbeddingPart part, int rowBytes)
    {
        var chunkRows = Math.Min(part.Rows, Math.Max(1, UploadBytes / rowBytes));
        var chunk = new byte[chunkRows * rowBytes];
        for (var first = 0; first < part.Rows; first += chunkRows)
        {
            var rows = Math.Min(chunkRows, part.Rows - first);
            var inRange = true;
            for (var row = 0; row < rows; row++)
            {
                var destination = chunk.AsSpan(row * rowBytes, rowBytes);
                inRange &= source.EncodeRow(part.FirstRow + first + row, Precision, destination);
            }

            if (!inRange)
            {
                throw new InvalidRequestException(
                    $"a weight of '{part.Buffer.Role}' is outside the range of {Precision}: use another precision (float32 or bfloat16 hold it)");
            }

            uploads.Upload<byte>(part.Buffer, (ulong)first * (ulong)rowBytes, chunk.AsSpan(0, rows * rowBytes));
        }
    }
}
