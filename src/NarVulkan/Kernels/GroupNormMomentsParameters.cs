using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/group_norm_moments.comp</c>; <c>shaders/params/group_norm_moments.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupNormMomentsParameters
{
    public uint Width;
    public uint ChannelQuads;
    public uint XFirstRow;
    public uint FirstRow;
}
