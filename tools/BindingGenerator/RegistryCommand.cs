namespace BindingGenerator;

/// <summary>A command of the registry, by its C name.</summary>
internal sealed record RegistryCommand(string Name, Declaration Return, IReadOnlyList<Declaration> Parameters);
