using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/arrange_tokens.comp</c>; <c>shaders/params/arrange_tokens.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ArrangeTokensParameters
{
    public uint TokenCount;
    public uint Rows;
    public uint Columns;
    public uint FirstToken;
}
