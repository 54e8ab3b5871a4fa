namespace NarVulkan.Cli.Models;

/// <summary>A model folder that was found for what the user asked for.</summary>
/// <param name="Directory">Full path of the folder.</param>
/// <param name="Notice">One line for the user where something else than asked for was found; null otherwise.</param>
/// <param name="StandsInFor">The known model that the bundled demo stands in for; null where there is no substitution.</param>
internal sealed record LocatedModel(string Directory, string? Notice, KnownModel? StandsInFor);
