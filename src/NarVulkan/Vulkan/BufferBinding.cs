using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>What a dispatch binds: a byte range of a buffer, or (for texel bindings) the whole buffer seen through a format.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Offset">First byte; a multiple of the device's storage buffer offset alignment.</param>
/// <param name="Size">Bytes, or the largest value for the whole rest.</param>
/// <param name="TexelFormat">For <see cref="BindingAccess.UniformTexel"/> only.</param>
internal readonly record struct BufferBinding(DeviceBuffer Buffer, ulong Offset = 0, ulong Size = ulong.MaxValue, Format TexelFormat = default)
{
    /// <summary>Bytes that are bound.</summary>
    public ulong Length => Size == ulong.MaxValue ? Buffer.PaddedSize - Offset : Size;
}
