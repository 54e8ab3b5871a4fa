namespace NarVulkan.Vulkan;

/// <summary>Fills one chunk of an upload in place; <paramref name="offsetInRegion"/> is its first byte, counted from the region's.</summary>
internal delegate void UploadWriter(ulong offsetInRegion, Span<byte> chunk);
