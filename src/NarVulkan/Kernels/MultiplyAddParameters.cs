using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/multiply_add.comp</c>; <c>shaders/params/multiply_add.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiplyAddParameters
{
    public uint Rounds;
    public float Multiplier;
    public float Addend;
}
