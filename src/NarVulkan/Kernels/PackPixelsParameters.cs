using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/pack_pixels.comp</c>; <c>shaders/params/pack_pixels.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PackPixelsParameters
{
    public uint PixelCount;
    public uint FirstPixel;
    public uint PlaneStride;
    public uint FirstPacked;
    public uint IsSigned;
}
