using NarVulkan.Vulkan;

namespace NarVulkan.Benchmarks.Kernels;

/// <summary>A kernel at one shape, with its operands on the device: how to dispatch it, and how to tell that it computes what its CPU twin computes.</summary>
internal sealed record KernelCase
{
    /// <summary>What it computes.</summary>
    public required string Kernel { get; init; }

    /// <summary>Its sizes.</summary>
    public required string Shape { get; init; }

    /// <summary>Dispatches of this shape in one generation; 0 where it belongs to none.</summary>
    public int Calls { get; init; }

    /// <summary>Multiply-adds of a dispatch.</summary>
    public required double MultiplyAdds { get; init; }

    /// <summary>Bytes that a dispatch reads and writes at least.</summary>
    public required double Bytes { get; init; }

    /// <summary>Records one dispatch (or the few that make up the operation).</summary>
    public required Action<CommandRecorder> Record { get; init; }

    /// <summary>Compares what the first dispatch has left with the twin; throws <see cref="DeviceException"/> where they differ. Called once.</summary>
    public required Action Verify { get; init; }
}
