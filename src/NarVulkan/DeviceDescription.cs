using System.Globalization;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan;

/// <summary>Puts what a device offers into words.</summary>
internal static class DeviceDescription
{
    /// <summary>A device of the list; without a profile it cannot be used.</summary>
    public static NarDeviceInfo Describe(PhysicalDeviceSummary summary, DeviceProfile? profile) => profile is null
        ? new NarDeviceInfo(summary.Index, summary.Name, Kind(summary.Kind), Driver(summary.DriverName, summary.DriverInfo), summary.Version, Usable: false, summary.Unsuitable, [])
        : Describe(summary.Index, profile);

    /// <summary>A device that can be used, or is in use.</summary>
    public static NarDeviceInfo Describe(int index, DeviceProfile profile) =>
        new(index, profile.Name, Kind(profile.Kind), Driver(profile.DriverName, profile.DriverInfo), profile.Version, Usable: true, WhyNot: null, Properties(profile)) { Shortcomings = DeviceShortcomings.Of(profile) };

    private static List<KeyValuePair<string, string>> Properties(DeviceProfile profile) =>
    [
        new("device memory", Bytes(profile.DeviceLocalBytes)),
        new("largest allocation", Bytes(profile.MaxAllocationSize)),
        new("largest storage buffer binding", Bytes(profile.MaxStorageBufferRange)),
        new("texel buffer elements", Number(profile.MaxTexelBufferElements)),
        new("workgroup invocations", Number(profile.MaxWorkgroupInvocations)),
        new("shared memory", Bytes(profile.MaxSharedMemoryBytes)),
        new("push constants", $"{Number(profile.MaxPushConstantBytes)} bytes"),
        new("subgroup size", profile.MinSubgroupSize == profile.MaxSubgroupSize ? Number(profile.SubgroupSize) : $"{Number(profile.SubgroupSize)} ({Number(profile.MinSubgroupSize)} to {Number(profile.MaxSubgroupSize)})"),
        new("16-bit float arithmetic", YesNo(profile.Float16)),
        new("16-bit storage", YesNo(profile.Storage16)),
        new("host sees device memory", YesNo(profile.UnifiedMemory)),
        new("timestamps", profile.TimestampPeriodNanoseconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{profile.TimestampPeriodNanoseconds:0.###} ns") : "none"),
        new("weights read through", Path(profile.WeightLoadPath)),
        new("activations read through", Path(profile.ActivationLoadPath)),
        new("cooperative matrices", profile.CooperativeMatrix is { } shape ? $"{shape.Rows} x {shape.Columns} x {shape.Depth} float16, subgroups of {shape.SubgroupSize}" : "not used"),
        new("8-bit dot products", $"{(profile.AcceleratedIntegerDotProducts ? "accelerated" : "not accelerated")}, {(profile.IntegerDotProducts ? "used" : "not used")}"),
        new("matrix product", MatrixProduct(MatmulTiling.For(profile))),
        new("matrix product, float16", CooperativeTiling.For(profile, WeightPrecision.Float16) is { } tiling ? MatrixProduct(tiling) : "as the others"),
        new("matrix product, 8 bits", Q8MatrixProduct(profile)),
        new("attention (heads of 64)", Attention(profile, headSize: 64)),
    ];

    private static string Q8MatrixProduct(DeviceProfile profile) =>
        CooperativeTiling.For(profile, WeightPrecision.Q8) is { } cooperative ? MatrixProduct(cooperative)
        : MatmulTiling.For(profile, WeightPrecision.Q8) is { Integer: true } integer ? MatrixProduct(integer)
        : "as the others";

    private static string MatrixProduct(MatmulTiling tiling) =>
        $"{(tiling.Integer ? "matmul_integer" : "matmul_tiled")}, sums of up to {tiling.MostSegments} segments, untuned forms {string.Join(", ", tiling.Tiles.Select(entry => entry.Tile.ToString()))}";

    private static string MatrixProduct(CooperativeTiling tiling) =>
        $"matmul_cooperative, {tiling.Slices} slices of K, {string.Join(", ", tiling.Few.Append(tiling.Many ?? tiling.Few[^1]).Distinct())}";

    private static string Attention(DeviceProfile profile, int headSize)
    {
        var plain = AttentionTiling.Plain(profile, headSize);
        var keys = plain.Layout == AttentionLayout.Blocks ? $" x {plain.KeysPerQuad} keys per quad" : "";
        var text = $"attention, {plain.Lanes} lanes{keys}, tiles of {string.Join(", ", plain.Tiles.Select(tile => tile.Rows))} rows, summed by {(plain.Shuffle ? "shuffles" : "shared memory")}";
        return AttentionMatrices.For(profile, headSize, rowsPerSequence: 1) is { } matrices
            ? $"{text}; from {matrices.FewestRows} rows on by cooperative matrices, {matrices.Subgroups} subgroups"
            : text;
    }

    /// <summary>A kind of device in a word.</summary>
    public static string Kind(DeviceKind kind) => kind switch
    {
        DeviceKind.Discrete => "discrete",
        DeviceKind.Integrated => "integrated",
        DeviceKind.Virtual => "virtual",
        DeviceKind.Software => "software",
        _ => "other",
    };

    private static string Path(LoadPath path) => path == LoadPath.Texel ? "texel buffers" : "storage buffers";

    /// <summary>Name and version of a driver.</summary>
    public static string Driver(string name, string info) => info.Length == 0 ? name : $"{name} ({info})";

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Number(uint value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(ulong bytes) => bytes switch
    {
        >= 1UL << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 30):0.##} GiB"),
        >= 1UL << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 20):0.##} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.##} KiB"),
    };
}
