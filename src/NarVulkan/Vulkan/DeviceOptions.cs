using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>How to choose and open a device. Limits can be lowered on purpose, so that tests reach what only small devices have.</summary>
internal sealed record DeviceOptions
{
    /// <summary><c>auto</c>, an index of the device list, or a part of a device name.</summary>
    public string Selector { get; init; } = "auto";

    /// <summary>Runs the validation layer with synchronisation validation; default: NARVK_VALIDATION is 1.</summary>
    public bool Validation { get; init; } = Environment.GetEnvironmentVariable("NARVK_VALIDATION") == "1";

    /// <summary>Where validation messages are written.</summary>
    public TextWriter ValidationLog { get; init; } = Console.Error;

    public ulong? MaxStorageBufferRange { get; init; }

    public ulong? MaxAllocationSize { get; init; }

    public uint? MaxTexelBufferElements { get; init; }

    public bool ForceStorageLoadPath { get; init; }

    /// <summary>
    /// Whether kernels run on cooperative matrices where the device has them; null: unless it is a software device,
    /// which has no matrix units.
    /// </summary>
    public bool? CooperativeMatrices { get; init; }

    /// <summary>
    /// Activations are rounded to float16 for cooperative matrices: half the arithmetic where there are many rows, and
    /// another result than without such matrices. Otherwise they are sums of two halfs.
    /// </summary>
    public bool HalfActivations { get; init; }

    /// <summary>
    /// Products with 8-bit weights are computed by integer dot products where the device has them, with activations rounded to 15 bits in blocks of 32: other
    /// results than without. Hence never unless it is asked for; default: NARVK_INTEGER_DOT is 1.
    /// </summary>
    public bool IntegerDotProducts { get; init; } = Environment.GetEnvironmentVariable("NARVK_INTEGER_DOT") == "1";

    /// <summary>Treats the device as one whose local memory the host cannot see, as on a discrete GPU.</summary>
    public bool ForceStaging { get; init; }

    /// <summary>
    /// For tests: the profile says discrete GPU whatever the driver says, so that a software driver runs the path that
    /// every discrete GPU takes: GPU tilings and precision, storage loads, staging.
    /// </summary>
    public bool TreatAsDiscrete { get; init; }

    /// <summary>
    /// Gives the Vulkan commands that everything goes through; null: those of the system's loader. For tools that stand
    /// between the product and a driver.
    /// </summary>
    public Func<Vk>? LoadApi { get; init; }

    /// <summary>Folder of the pipeline cache; null: <c>narvk</c> in the user's cache folder; empty: no cache.</summary>
    public string? PipelineCacheDirectory { get; init; }

    /// <summary>How long forms of kernels may be timed when a model is loaded; zero, which is the default where NARVK_TUNE is 0: not at all.</summary>
    public TimeSpan TuningBudget { get; init; } = Environment.GetEnvironmentVariable("NARVK_TUNE") == "0" ? TimeSpan.Zero : TimeSpan.FromSeconds(2);

    /// <summary>Told in one line what was passed over without stopping anything, each thing once; null: nobody is.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Folder whose <c>STEM[.VARIANT].spv</c> files come before the embedded ones; null: embedded only.</summary>
    public string? ShaderDirectory { get; init; }

    /// <summary>Bytes of one staging slot of the upload and the readback ring (a multiple of 64 KiB).</summary>
    public uint RingSlotBytes { get; init; } = 4 << 20;

    /// <summary>Disposing the device with buffers still alive throws and names them; on in Debug builds.</summary>
    public bool AssertNoLeaks { get; init; } =
#if DEBUG
        true;
#else
        false;
#endif
}
