namespace NarVulkan.Checkpoints;

/// <summary>A link that <see cref="RealPath"/> met on the way to a file.</summary>
/// <param name="Path">The link itself.</param>
/// <param name="Folder">The folder it lies in, without links.</param>
/// <param name="Target">What it names.</param>
/// <param name="Before">Links that were followed before it.</param>
internal readonly record struct LinkOnTheWay(string Path, string Folder, string Target, int Before);
