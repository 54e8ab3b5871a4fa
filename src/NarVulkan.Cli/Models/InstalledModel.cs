namespace NarVulkan.Cli.Models;

/// <summary>A model folder found in one of the search folders.</summary>
/// <param name="Name">Name of the folder: what <c>--video</c> or <c>--image</c> takes.</param>
/// <param name="Directory">Its full path.</param>
/// <param name="Shadowed">Whether a folder of the same name comes before it and is used instead.</param>
internal sealed record InstalledModel(string Name, string Directory, bool Shadowed);
