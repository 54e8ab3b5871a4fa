using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How kernels bind their operands.</summary>
internal static class KernelBuffers
{
    private const ulong VectorBytes = 16;

    /// <summary>Texels where the device prefers them and all of these buffers can be seen so, else storage.</summary>
    public static LoadPath ActivationPath(DeviceProfile profile, params ReadOnlySpan<DeviceBuffer> buffers)
    {
        if (profile.ActivationLoadPath != LoadPath.Texel)
        {
            return LoadPath.Storage;
        }

        foreach (var buffer in buffers)
        {
            if (buffer.Use != BufferUse.Texel || !buffer.FitsTexelView(Format.R32G32B32A32Sfloat))
            {
                return LoadPath.Storage;
            }
        }

        return LoadPath.Texel;
    }

    /// <summary>How the shader of a load path declares such an operand.</summary>
    public static BindingDeclaration Declare(LoadPath path) =>
        new(path == LoadPath.Texel ? BindingAccess.UniformTexel : BindingAccess.StorageRead);

    /// <summary>The word for a load path in the names of shader variants.</summary>
    public static string Variant(LoadPath path) => path == LoadPath.Texel ? "texel" : "storage";

    /// <summary>The whole of a buffer of floats, on either path.</summary>
    public static BufferBinding Floats(DeviceBuffer buffer, LoadPath path) =>
        new(buffer, TexelFormat: path == LoadPath.Texel ? Format.R32G32B32A32Sfloat : default);

    /// <summary>
    /// Only what is touched: dispatches that touch different parts then need no barrier between them, and a buffer may be
    /// larger than one binding. Begins at or a little before <paramref name="firstFloat"/>.
    /// </summary>
    public static BufferBinding Range(DeviceProfile profile, DeviceBuffer buffer, ulong firstFloat, ulong floats)
    {
        var alignment = Math.Max(profile.StorageBufferOffsetAlignment, VectorBytes);
        var begin = firstFloat * sizeof(float) / alignment * alignment;
        return new BufferBinding(buffer, begin, (firstFloat + floats) * sizeof(float) - begin);
    }
}
