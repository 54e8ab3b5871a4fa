using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/pack_rows.comp</c>; <c>shaders/params/pack_rows.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PackRowsParameters
{
    public uint Rows;
    public uint Depth;
    public uint Lanes;
    public uint FirstRow;
    public uint XOffset;
    public uint XRowStride;
    public uint XColumnStride;
}
