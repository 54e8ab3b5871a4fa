using System.Collections.Immutable;

namespace NarVulkan.Checkpoints;

/// <summary>What a tensor of random weights is like.</summary>
/// <param name="Name">As published checkpoints name it.</param>
/// <param name="Sizes">Slowest dimension first.</param>
/// <param name="Deviation">Standard deviation of its elements; null: they are all one, as in a norm.</param>
internal sealed record RandomTensorShape(string Name, ImmutableArray<long> Sizes, float? Deviation);
