using System.Runtime.InteropServices;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan;

/// <summary>The small shaders of tests/fixtures/shaders, as the tests of the Vulkan layer dispatch them.</summary>
internal static class FixtureShaders
{
    private const uint LocalSize = 64;

    public static ShaderDescription ScaleAdd { get; } = new(
        "fixture_scale_add", null, [new(BindingAccess.StorageRead), new(BindingAccess.StorageReadWrite)], 12);

    public static ShaderDescription TexelSum { get; } = new(
        "fixture_texel_sum", null, [new(BindingAccess.UniformTexel), new(BindingAccess.StorageWrite)], 4);

    public static ShaderDescription CountUp { get; } = new(
        "fixture_count_up", null, [new(BindingAccess.StorageRead), new(BindingAccess.StorageWrite)], 4);

    /// <summary>y += factor * x over a range of elements.</summary>
    public static void RecordScaleAdd(
        VulkanDevice device, CommandRecorder recorder, DeviceBuffer x, DeviceBuffer y, uint first, uint count, float factor, double work = 0) =>
        recorder.Dispatch(
            device.Pipelines.Get(ScaleAdd, [LocalSize]), [new(x), new(y)], new ScaleAddParameters(first, count, factor), Groups(count), work: work);

    /// <summary>y[i] = sum of texel i of x (four floats).</summary>
    public static void RecordTexelSum(VulkanDevice device, CommandRecorder recorder, DeviceBuffer x, DeviceBuffer y, uint count) =>
        recorder.Dispatch(
            device.Pipelines.Get(TexelSum, []), [new(x, TexelFormat: Format.R32G32B32A32Sfloat), new(y)], count, Groups(count));

    /// <summary>y[i] = x[(i + 1) mod count] + 1.</summary>
    public static void RecordCountUp(
        VulkanDevice device, CommandRecorder recorder, DeviceBuffer x, DeviceBuffer y, uint count, double work = 0) =>
        recorder.Dispatch(device.Pipelines.Get(CountUp, []), [new(x), new(y)], count, Groups(count), work: work);

    private static uint Groups(uint count) => (count + LocalSize - 1) / LocalSize;

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct ScaleAddParameters(uint First, uint Count, float Factor);
}
