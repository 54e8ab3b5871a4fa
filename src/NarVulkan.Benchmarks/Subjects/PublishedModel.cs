namespace NarVulkan.Benchmarks.Subjects;

/// <summary>A published generator whose work random weights can stand for.</summary>
/// <param name="Name">What the user types.</param>
/// <param name="Title">What it is.</param>
/// <param name="Random">Its sizes.</param>
internal sealed record PublishedModel(string Name, string Title, NarRandomModel Random);
