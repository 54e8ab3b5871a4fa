using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>An output head: where it reads the hidden state, and its norm. All heads share the generator's joined output matrix.</summary>
/// <param name="AfterBlock">Index of the block whose output the head reads.</param>
/// <param name="NormWeight">RMSNorm weight, float32 [width].</param>
internal readonly record struct GeneratorHead(int AfterBlock, DeviceBuffer NormWeight);
