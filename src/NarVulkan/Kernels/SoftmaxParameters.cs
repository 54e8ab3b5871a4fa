using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/softmax.comp</c>; <c>shaders/params/softmax.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SoftmaxParameters
{
    public uint Columns;
    public uint Stride;
    public float Scale;
}
