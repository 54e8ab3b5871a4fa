using System.Runtime.InteropServices;

namespace NarVulkan.Windowing;

/// <summary>Push constants of <c>picture.frag</c>, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PictureParameters
{
    public uint Columns;
    public uint Rows;
    public uint Samples;
    public uint Frames;
    public uint Frame;
    public uint GridFrames;
    public uint GridRows;
    public uint GridColumns;
    public float Gap;
}
