using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/sample.comp</c>; <c>shaders/params/sample.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SampleParameters
{
    public uint Vocabulary;
    public uint LogitsStride;
    public uint TokensSampled;
    public uint TokensOffset;
    public uint TokenCapacity;
}
