using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/patchify.comp</c>; <c>shaders/params/patchify.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PatchifyParameters
{
    public uint Channels;
    public uint Frames;
    public uint Rows;
    public uint Columns;
    public uint PatchFrames;
    public uint PatchSize;
    public uint RowsPerVideo;
    public uint FirstRow;
}
