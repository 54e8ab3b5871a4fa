using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/attention.comp</c>; <c>shaders/params/attention.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AttentionParameters
{
    public uint QOffset;
    public uint QRowStride;
    public uint RowsPerSequence;
    public uint SequenceStride;
    public uint Heads;
    public uint Capacity;
    public uint VisibleKeys;
    public uint HiddenBegin;
    public uint HiddenCount;
    public uint Causal;
    public uint CausalFirstKey;
    public float Scale;
    public uint MaskedKeys;
    public uint MaskWords;
    public uint BiasFirst;
    public uint BiasStride;
}
