namespace NarVulkan.Cli.Models;

/// <summary>A well-known model that a command can name.</summary>
/// <param name="Name">What the user types, and the name of its folder.</param>
/// <param name="Title">What it is.</param>
/// <param name="Media">What it makes.</param>
internal sealed record KnownModel(string Name, string Title, NarMedia Media)
{
    /// <summary>Folder of the bundled model that stands in for it.</summary>
    public string Demo => DemoOf(Media);

    /// <summary>Folder of the bundled model of that kind.</summary>
    public static string DemoOf(NarMedia media) => media == NarMedia.Image ? "demo-image" : "demo-video";
}
