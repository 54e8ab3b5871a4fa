using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Kernels;

/// <summary>Shorthands for tests of kernels.</summary>
internal static class DeviceArrays
{
    /// <summary>A buffer, readable through texels, that holds these values.</summary>
    public static DeviceBuffer Create(VulkanDevice device, ReadOnlySpan<float> values)
    {
        var buffer = device.CreateBuffer("test input", (ulong)values.Length * sizeof(float), BufferUse.Texel);
        device.Uploads.Upload(buffer, 0, values);
        return buffer;
    }

    /// <summary>Records, runs once and waits.</summary>
    public static void Run(VulkanDevice device, Action<CommandRecorder> record)
    {
        using var recorder = new CommandRecorder(device, "kernel test");
        record(recorder);
        using var commands = recorder.Finish();
        commands.Run();
    }
}
