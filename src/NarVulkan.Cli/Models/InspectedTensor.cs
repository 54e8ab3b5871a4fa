namespace NarVulkan.Cli.Models;

/// <summary>Name, type and shape of one tensor.</summary>
internal sealed record InspectedTensor(string Name, string Type, IReadOnlyList<long> Shape, long Elements);
