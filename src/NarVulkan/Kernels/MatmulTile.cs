namespace NarVulkan.Kernels;

/// <summary>Rows of x and columns per lane that one invocation of the product accumulates in registers.</summary>
internal readonly record struct MatmulTile(int Rows, int Columns);
