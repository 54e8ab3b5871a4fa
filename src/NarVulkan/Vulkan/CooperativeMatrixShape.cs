namespace NarVulkan.Vulkan;

/// <summary>
/// The cooperative matrix product that kernels use: A [Rows, Depth] and B [Depth, Columns] of float16, accumulated in
/// float32, each spread over one subgroup.
/// </summary>
/// <param name="Rows">M.</param>
/// <param name="Columns">N.</param>
/// <param name="Depth">K, a multiple of 8.</param>
/// <param name="SubgroupSize">Invocations of the subgroups that the kernels ask for.</param>
internal sealed record CooperativeMatrixShape(int Rows, int Columns, int Depth, int SubgroupSize);
