using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/rms_norm.comp</c>; <c>shaders/params/rms_norm.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RmsNormParameters
{
    public uint Width;
    public uint RowsPerSequence;
    public uint XRowsPerSequence;
    public uint XFirstRow;
    public float Epsilon;
}
