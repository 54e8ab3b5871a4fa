using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/rope.comp</c>; <c>shaders/params/rope.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RopeParameters
{
    public uint RowStride;
    public uint RowsPerSequence;
    public uint Heads;
    public uint HeadSize;
    public uint SlotOffset;
}
