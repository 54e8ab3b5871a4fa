using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/conv_tiled.comp</c>; <c>shaders/params/conv_tiled.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConvTiledParameters
{
    public uint PixelCount;
    public uint Width;
    public uint FirstRow;
    public uint Stride;
    public uint Shift;
    public int Origin;
    public int XFirstRow;
    public uint XRowTexels;
    public uint ChunksPerTap;
    public uint FirstColumn;
    public uint ColumnCount;
    public uint BlockCount;
    public uint YOffset;
    public uint YPixelStride;
    public uint YColumnStride;
}
