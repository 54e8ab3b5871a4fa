namespace NarVulkan.Vulkan;

/// <summary>What a buffer is for; it decides usage flags and kind of memory.</summary>
internal enum BufferUse
{
    /// <summary>Device-local storage buffer, also source and destination of transfers.</summary>
    Storage,

    /// <summary>As <see cref="Storage"/>, and can be read through texel views.</summary>
    Texel,

    /// <summary>Host-visible memory that the host writes and the device copies from.</summary>
    Upload,

    /// <summary>Host-visible, cached memory that the device writes and the host reads.</summary>
    Readback,
}
