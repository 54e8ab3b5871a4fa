using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/conv_input.comp</c>; <c>shaders/params/conv_input.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConvInputParameters
{
    public uint Width;
    public uint ChannelQuads;
    public int XFirstRow;
    public uint XRows;
    public uint YFirstRow;
    public uint Border;
    public uint Normalize;
    public uint Swish;
}
