using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/vote_features.comp</c>; <c>shaders/params/vote_features.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VoteFeaturesParameters
{
    public uint Width;
    public uint Heads;
    public uint RowsFed;
    public uint TokensSampled;
    public uint VotesOffset;
    public uint Guided;
    public uint SequencesPerSample;
    public float Epsilon;
}
