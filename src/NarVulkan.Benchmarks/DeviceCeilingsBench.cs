using NarVulkan.Benchmarks.Kernels;
using NarVulkan.Benchmarks.Report;
using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks;

/// <summary>Measures what the device can do at most: a copy of a large buffer, and multiply-adds in registers.</summary>
internal static class DeviceCeilingsBench
{
    // Beyond the caches of all but the largest processors; what GPUs reach grows a little with the size.
    private const ulong SoftwareCopyBytes = 64UL << 20, GpuCopyBytes = 256UL << 20;

    // Enough workgroups for the largest GPUs, several times over, and rounds for a millisecond on them.
    private const int GpuGroups = 16384, GpuRounds = 256, SoftwareGroups = 64, SoftwareRounds = 512;

    /// <exception cref="DeviceException">A copy or a product came out wrong, or there is no memory for the buffers.</exception>
    public static DeviceCeilings Run(VulkanDevice device, Action<BenchProgress> show, CancellationToken cancellation)
    {
        show(new BenchProgress("device", 0, "copy bandwidth"));
        var timer = new KernelTimer(device);
        ulong bytes = CopyBytes(device.Profile);
        double copy = Copy(device, timer, bytes, cancellation);
        show(new BenchProgress("device", 0.5, "multiply-adds"));
        return new DeviceCeilings(2 * bytes / copy, bytes, MultiplyAdds(device, timer, cancellation));
    }

    private static ulong CopyBytes(DeviceProfile profile)
    {
        ulong most = Math.Min(Math.Min(profile.MaxAllocationSize, profile.MaxStorageBufferRange), profile.MemoryBytes / 8);
        return Math.Min(profile.IsSoftware ? SoftwareCopyBytes : GpuCopyBytes, most) / 4096 * 4096;
    }

    private static double Copy(VulkanDevice device, KernelTimer timer, ulong bytes, CancellationToken cancellation)
    {
        const uint pattern = 0x5EED_1234;
        using var from = device.CreateBuffer("bench.from", bytes, BufferUse.Storage);
        using var to = device.CreateBuffer("bench.to", bytes, BufferUse.Storage);
        using (var recorder = new CommandRecorder(device, "bench fill"))
        {
            recorder.Fill(from, 0, bytes, pattern);
            using var fill = recorder.Finish();
            fill.Run(cancellation: cancellation);
        }
        return timer.Measure(recorder => recorder.Copy(from, 0, to, 0, bytes), Verify, cancellation).Seconds.Least;

        void Verify()
        {
            var ends = new uint[2];
            device.Readbacks.Read<uint>(to, 0, ends.AsSpan(0, 1));
            device.Readbacks.Read<uint>(to, bytes - sizeof(uint), ends.AsSpan(1, 1));
            if (ends is not [pattern, pattern])
            {
                throw Verification.Failure("a copied buffer", $"its ends are {ends[0]:x} and {ends[1]:x} instead of {pattern:x}");
            }
        }
    }

    private static double MultiplyAdds(VulkanDevice device, KernelTimer timer, CancellationToken cancellation)
    {
        bool software = device.Profile.IsSoftware;
        int groups = software ? SoftwareGroups : GpuGroups, rounds = software ? SoftwareRounds : GpuRounds;
        var kernel = new MultiplyAddKernel(device);
        using var buffers = new BenchBuffers(device);
        var y = buffers.Zeros("y", groups * MultiplyAddKernel.GroupSize);
        // Whole numbers that stay below 2^24: the twin's result is exact.
        const float multiplier = 1, addend = 1;
        var (seconds, _) = timer.Measure(
            recorder => kernel.Record(recorder, y, groups, rounds, multiplier, addend),
            () =>
            {
                var expected = new float[MultiplyAddKernel.GroupSize];
                MultiplyAddReference.Apply(expected, rounds, multiplier, addend);
                float[] actual = buffers.Read<float>(y);
                Verification.Close("a chain of multiply-adds", expected, actual.AsSpan(0, expected.Length), 0);
                Verification.Close("a chain of multiply-adds", expected, actual.AsSpan(actual.Length - expected.Length), 0);
            },
            cancellation);
        return MultiplyAddKernel.MultiplyAdds(groups, rounds) / seconds.Least;
    }
}
