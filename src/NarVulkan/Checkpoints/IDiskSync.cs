namespace NarVulkan.Checkpoints;

/// <summary>Waits until what was written would outlive a power cut.</summary>
internal interface IDiskSync
{
    /// <summary>Waits until the file's bytes are on disk.</summary>
    void File(FileStream stream);

    /// <summary>Waits until the names in a folder - files made, renamed or deleted - are on disk, where the system lets one wait for that.</summary>
    void Folder(string path);
}
