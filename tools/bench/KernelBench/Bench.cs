using NarVulkan.Vulkan;

namespace NarVulkan.KernelBench;

/// <summary>What the benchmarks share.</summary>
internal static class Bench
{
    public static DeviceBuffer Random(VulkanDevice device, int count, out float[] values)
    {
        var random = new Random(2);
        values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextSingle() * 2f - 1f;
        }

        var buffer = device.CreateBuffer("bench", (ulong)count * sizeof(float), BufferUse.Texel);
        device.Uploads.Upload<float>(buffer, 0, values);
        return buffer;
    }

    /// <summary>Compares before anything is timed: a fast wrong kernel is of no interest.</summary>
    /// <exception cref="InvalidOperationException">A value is off by more than the tolerance.</exception>
    public static void Verify(string what, ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, float tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
            {
                throw new InvalidOperationException($"{what}: element {i} is {actual[i]} instead of {expected[i]}");
            }
        }
    }

    public static void Print(string what, double multiplyAdds, Measurement time) => Console.WriteLine(
        $"{what,-44} {2e-9 * multiplyAdds / time.Seconds,8:F1} GFLOP/s {1e6 * time.Seconds,10:F0} us   by processor time {2e-9 * multiplyAdds / time.ProcessorSeconds,6:F1}");
}
