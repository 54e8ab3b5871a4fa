namespace NarVulkan.Fuzz;

/// <summary>An input that a reader did not stand, made as short as was cheap.</summary>
internal sealed record FuzzFailure(string Target, long Index, byte[] Input, string Problem);
