using System.Runtime.InteropServices;

namespace NarVulkan.Kernels;

/// <summary>Push constants of <c>shaders/add_rows.comp</c>; <c>shaders/params/add_rows.glsl</c> explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddRowsParameters
{
    public uint Width;
    public uint RowsPerSequence;
    public uint FirstRow;
    public uint TableFirstRow;
    public uint TableRows;
    public uint Add;
}
