using System.Runtime.InteropServices;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Operands of the kernel that is being timed. Owns its buffers.</summary>
internal sealed class BenchBuffers(VulkanDevice device) : IDisposable
{
    private readonly List<DeviceBuffer> buffers = [];
    private readonly Random random = new(2);

    /// <summary>Float32, uniform in -1 to 1.</summary>
    public DeviceBuffer Random(string role, long count, out float[] values)
    {
        values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle() * 2f - 1f;
        }
        return Upload<float>(role, values);
    }

    /// <summary>Float32 zeros.</summary>
    public DeviceBuffer Zeros(string role, long count) => Own(device.CreateBuffer(role, (ulong)count * sizeof(float), BufferUse.Texel));

    /// <summary>A copy of <paramref name="values"/>.</summary>
    public DeviceBuffer Upload<T>(string role, T[] values)
        where T : unmanaged
    {
        var buffer = Own(device.CreateBuffer(role, (ulong)MemoryMarshal.AsBytes<T>(values).Length, BufferUse.Texel));
        device.Uploads.Upload<T>(buffer, 0, values);
        return buffer;
    }

    /// <summary>What a buffer of 32-bit values holds now.</summary>
    public T[] Read<T>(DeviceBuffer buffer)
        where T : unmanaged
    {
        var values = new T[buffer.Size / sizeof(uint)];
        device.Readbacks.Read<T>(buffer, 0, values);
        return values;
    }

    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    private DeviceBuffer Own(DeviceBuffer buffer)
    {
        buffers.Add(buffer);
        return buffer;
    }
}
