using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>Some neighbouring columns of a packed matrix, in a buffer of their own.</summary>
/// <param name="Buffer">Packed blocks, see <see cref="MatrixPacker"/>.</param>
/// <param name="FirstBlock">The first block, counted over the whole matrix.</param>
/// <param name="BlockCount">Blocks of <see cref="MatmulTiling.Lanes"/> weight rows.</param>
/// <param name="FirstColumn">The first column of y that it gives.</param>
/// <param name="ColumnCount">How many columns of y it gives.</param>
internal sealed record MatrixPanel(DeviceBuffer Buffer, int FirstBlock, int BlockCount, int FirstColumn, int ColumnCount);
