namespace NarVulkan.Vulkan;

/// <summary>Pixels of an image to the host, by way of a buffer that exists for the call.</summary>
internal static class ImageReadback
{
    /// <summary>Copies all layers, [layers, height, width, 4] bytes; waits.</summary>
    /// <exception cref="DeviceException">No memory for the buffer, or the device failed.</exception>
    public static void Read(VulkanDevice device, DeviceImage image, Span<byte> rgba)
    {
        using var buffer = new DeviceBuffer(device, "imageReadback", image.PixelBufferBytes, BufferUse.Storage);
        using var commands = new PrimaryRing(device, "image readback");
        device.Queue.Wait(commands.Submit(recorded => image.CopyTo(recorded, buffer)));
        device.Readbacks.Read(buffer, 0, rgba);
    }
}
