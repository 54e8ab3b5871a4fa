namespace BindingGenerator;

/// <summary>A member of a registry enumeration, by its C name.</summary>
internal sealed record Enumerant(string Name, long Value);
