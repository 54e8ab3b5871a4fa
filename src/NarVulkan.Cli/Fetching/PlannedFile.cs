namespace NarVulkan.Cli.Fetching;

/// <summary>A file of a model, and where it goes.</summary>
/// <param name="Model">The model that it belongs to.</param>
/// <param name="File">The file.</param>
/// <param name="Path">Its full path here.</param>
internal sealed record PlannedFile(FetchableModel Model, FetchableFile File, string Path)
{
    public bool IsThere => System.IO.File.Exists(Path);

    /// <summary>Bytes that are there of it while it is not whole.</summary>
    public long PartBytes => PartialFile.LengthFor(Path);

    /// <summary>What a part of it is called in the notes beside it.</summary>
    public string Source(string remote) => $"{Model.Repository}@{Model.Revision}/{remote}";
}
