using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>
/// A device matrix [rows, width] whose rows are some floats apart, with a guard band before, behind and between the
/// rows: a kernel that writes outside is caught.
/// </summary>
internal sealed class GuardedBuffer : IDisposable
{
    /// <summary>No kernel produces it.</summary>
    private const float Sentinel = -7.77e33f;

    private const int Guard = 24;

    private readonly VulkanDevice _device;
    private readonly int _rows;
    private readonly int _width;

    /// <param name="device">The device.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Floats of a row.</param>
    /// <param name="content">What the rows hold at first, dense; null: the sentinel.</param>
    /// <param name="gap">Floats between rows.</param>
    public GuardedBuffer(VulkanDevice device, int rows, int width, ReadOnlySpan<float> content = default, int gap = 5)
    {
        _device = device;
        _rows = rows;
        _width = width;
        Stride = (uint)(width + gap);
        var all = new float[2 * Guard + rows * (int)Stride];
        Array.Fill(all, Sentinel);
        for (var row = 0; !content.IsEmpty && row < rows; row++)
        {
            content.Slice(row * width, width).CopyTo(all.AsSpan(Guard + row * (int)Stride));
        }

        Buffer = device.CreateBuffer("guarded", (ulong)all.Length * sizeof(float), BufferUse.Texel);
        device.Uploads.Upload<float>(Buffer, 0, all);
    }

    public DeviceBuffer Buffer { get; }

    public uint Offset => Guard;

    public uint Stride { get; }

    /// <summary>The rows, dense; fails when a guard was touched or a value not written.</summary>
    public float[] Read()
    {
        var all = new float[Buffer.Size / sizeof(float)];
        _device.Readbacks.Read<float>(Buffer, 0, all);
        var rows = new float[_rows * _width];
        for (var i = 0; i < all.Length; i++)
        {
            var row = (i - Guard) / (int)Stride;
            var column = (i - Guard) % (int)Stride;
            if (i >= Guard && row < _rows && column < _width)
            {
                Assert.True(all[i] != Sentinel, $"element [{row}, {column}] was not written");
                rows[row * _width + column] = all[i];
            }
            else
            {
                Assert.True(all[i] == Sentinel, $"float {i} of the guard was overwritten with {all[i]}");
            }
        }

        return rows;
    }

    public void Dispose() => Buffer.Dispose();
}
