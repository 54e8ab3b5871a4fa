namespace NarVulkan.Kernels;

/// <summary>Rows of a product that one dispatch computes.</summary>
internal readonly record struct MatmulRun(int First, int Count, MatmulTile Tile);
