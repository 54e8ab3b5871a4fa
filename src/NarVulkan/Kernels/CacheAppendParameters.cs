using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/cache_append.comp</c>; <c>shaders/params/cache_append.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CacheAppendParameters
{
    public uint RowStride;
    public uint RowsPerSequence;
    public uint Heads;
    public uint HeadSize;
    public uint SequenceStride;
    public uint Capacity;
    public uint FirstSlot;
}
