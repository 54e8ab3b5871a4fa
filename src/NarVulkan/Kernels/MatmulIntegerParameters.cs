using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/matmul_integer.comp</c>; <c>shaders/params/matmul_integer.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MatmulIntegerParameters
{
    public uint RowCount;
    public uint FirstColumn;
    public uint ColumnCount;
    public uint BlockCount;
    public uint ChunkCount;
    public uint SegmentChunks;
    public uint SegmentCount;
    public uint Depth;
    public uint XOffset;
    public uint XStride;
    public uint YOffset;
    public uint YStride;
    public uint FirstRow;
    public uint RowsPerSequence;
    public uint SequenceStride;
    public uint Heads;
    public uint HeadSize;
    public uint Capacity;
    public uint FirstSlot;
}
