using System.Runtime.CompilerServices;
using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Kernels;

/// <summary>Shorthands for tests of kernels.</summary>
internal static class DeviceArrays
{
    /// <summary>A buffer, readable through texels, that holds these values.</summary>
    public static DeviceBuffer Create<T>(VulkanDevice device, T[] values) where T : unmanaged
    {
        var buffer = device.CreateBuffer("test input", (ulong)values.Length * (ulong)Unsafe.SizeOf<T>(), BufferUse.Texel);
        device.Uploads.Upload<T>(buffer, 0, values);
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
