namespace NarVulkan.Vulkan;

/// <summary>
/// Features and limits of one opened device and what follows from them for the kernels: the one place that decides
/// which variant of a kernel runs. Kernels never ask the driver. Sizes are in bytes unless the name says otherwise.
/// </summary>
internal sealed record DeviceProfile
{
    public required string Name { get; init; }

    public required string DriverName { get; init; }

    public required string DriverInfo { get; init; }

    public required string Version { get; init; }

    public required DeviceKind Kind { get; init; }

    public bool IsSoftware => Kind == DeviceKind.Software;

    public required uint VendorId { get; init; }

    public required uint DeviceId { get; init; }

    public required uint DriverVersion { get; init; }

    /// <summary>Changes whenever the driver's cached pipelines stop being valid (VkPhysicalDeviceProperties::pipelineCacheUUID).</summary>
    public required Guid PipelineCacheUuid { get; init; }

    public required Guid DriverUuid { get; init; }

    public required ulong MaxStorageBufferRange { get; init; }

    public required ulong MaxAllocationSize { get; init; }

    public required ulong DeviceLocalBytes { get; init; }

    /// <summary>The driver says how much memory this process may have and has (VK_EXT_memory_budget).</summary>
    public bool HasMemoryBudget { get; init; }

    /// <summary>Memory that can be counted on: a software driver's is the host's, whatever size of heap it makes up.</summary>
    public ulong MemoryBytes => IsSoftware ? (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : DeviceLocalBytes;

    public required uint MaxTexelBufferElements { get; init; }

    public required uint MaxWorkgroupInvocations { get; init; }

    public required uint MaxWorkgroupCountX { get; init; }

    public required uint MaxWorkgroupCountY { get; init; }

    public required uint MaxWorkgroupCountZ { get; init; }

    public required uint MaxSharedMemoryBytes { get; init; }

    public required uint MaxPushConstantBytes { get; init; }

    public required uint MaxMemoryAllocationCount { get; init; }

    /// <summary>Storage buffers that one shader may bind.</summary>
    public required uint MaxStorageBuffersPerShader { get; init; }

    public required ulong StorageBufferOffsetAlignment { get; init; }

    public required uint SubgroupSize { get; init; }

    /// <summary>Range of sizes that subgroups can have; both equal <see cref="SubgroupSize"/> where the driver does not say.</summary>
    public required uint MinSubgroupSize { get; init; }

    public required uint MaxSubgroupSize { get; init; }

    /// <summary>Compute shaders can read other lanes of their subgroup (subgroupShuffleXor).</summary>
    public bool SubgroupShuffle { get; init; }

    /// <summary>Lanes of <see cref="ShufflesEightLanes"/>.</summary>
    public const int ShuffledLanes = 8;

    /// <summary>
    /// A workgroup of eight lanes is a subgroup, and its lanes can read each other's registers: kernels for software drivers then fetch a texel a lane
    /// and hand it round, one instruction on llvmpipe with AVX2.
    /// </summary>
    public bool ShufflesEightLanes =>
        SubgroupShuffle && SubgroupSize == ShuffledLanes && MinSubgroupSize == ShuffledLanes && MaxSubgroupSize == ShuffledLanes;

    /// <summary>The cooperative matrices that kernels use; null: they use none.</summary>
    public CooperativeMatrixShape? CooperativeMatrix { get; init; }

    /// <summary>Whether activations are rounded to float16 for cooperative matrices, rather than made of two halfs.</summary>
    public bool HalfActivations { get; init; }

    /// <summary>Products with 8-bit weights are computed by integer dot products.</summary>
    public bool IntegerDotProducts { get; init; }

    /// <summary>The device has an instruction for dot products of four signed bytes; only reported: it takes <see cref="IntegerDotProducts"/> for kernels to use it.</summary>
    public bool AcceleratedIntegerDotProducts { get; init; }

    /// <summary>Nanoseconds per tick of a timestamp query; 0 where the queue has none.</summary>
    public required float TimestampPeriodNanoseconds { get; init; }

    /// <summary>Bits of a timestamp that count; the others are undefined.</summary>
    public required uint TimestampValidBits { get; init; }

    /// <summary>Arithmetic on 16-bit floats in shaders; only reported: no kernel uses it without <see cref="CooperativeMatrix"/>.</summary>
    public required bool Float16 { get; init; }

    /// <summary>16-bit members in storage buffers; only reported: without <see cref="CooperativeMatrix"/> kernels unpack 32-bit words.</summary>
    public required bool Storage16 { get; init; }

    /// <summary>The host writes device-local memory directly: all heaps are device-local.</summary>
    public required bool UnifiedMemory { get; init; }

    public required LoadPath WeightLoadPath { get; init; }

    public required LoadPath ActivationLoadPath { get; init; }

    /// <summary>
    /// Time of a submission whose parts were timed before. On software nothing but the user waits for it: with the piece
    /// behind it, an interruption is heard within a second. Elsewhere a desktop wants the device in between.
    /// </summary>
    public double SubmissionSeconds => Kind == DeviceKind.Software ? 0.75 : 0.25;

    /// <summary>
    /// Multiply-adds per submission whose parts were not timed yet: long enough to hide submission, short enough for cancellation and for the
    /// watchdogs of desktops, of which Windows's is the strictest (it resets a GPU that is busy for 2 seconds).
    /// </summary>
    public double WorkBudget => Kind switch
    {
        // SwiftShader, which its small texel buffers tell: at 1e9 multiply-adds a second (two cores) 0.4 s.
        DeviceKind.Software when WeightLoadPath == LoadPath.Storage => 4e8,
        // At 2e10 a second (two cores) 0.2 s; nothing watches it.
        DeviceKind.Software => 4e9,
        // At 2e11 a second, a fifth of what the smallest cards in use can do at most (1e12), 1 s; at 5e12 a second 40 ms.
        DeviceKind.Discrete => 2e11,
        // At 1e10 a second, a twentieth of what small integrated GPUs can do at most (2e11), 1 s; at 1e11 a second 0.1 s.
        // A virtual or unknown device may be as slow.
        _ => 1e10,
    };
}
