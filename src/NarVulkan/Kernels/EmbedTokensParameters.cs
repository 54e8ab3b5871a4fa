using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/embed_tokens.comp</c>; <c>shaders/params/embed_tokens.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EmbedTokensParameters
{
    public uint Width;
    public uint RowsPerSequence;
    public uint FirstRow;
    public uint IdsOffset;
    public uint IdsStride;
    public uint IdsDivisor;
    public uint PositionsOffset;
    public uint AddPositions;
    public uint PositionRows;
    public uint TableRows;
    public uint PartFirstRow;
    public uint PartRows;
}
