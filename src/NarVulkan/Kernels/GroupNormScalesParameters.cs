using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/group_norm_scales.comp</c>; <c>shaders/params/group_norm_scales.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupNormScalesParameters
{
    public uint Rows;
    public uint Width;
    public uint Channels;
    public uint GroupChannels;
    public float Epsilon;
}
