namespace NarVulkan.Cli.Models;

/// <summary>A well-known model that a command can name.</summary>
/// <param name="Name">What the user types, and the name of its folder.</param>
/// <param name="Title">What it is.</param>
/// <param name="Demo">Folder of the bundled model that stands in for it.</param>
internal sealed record KnownModel(string Name, string Title, string Demo);
