namespace NarVulkan.Checkpoints;

/// <summary>What the file system says of a file.</summary>
/// <param name="Owner">Number of the user whose it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="IsRegular">No folder, link, pipe, socket or device.</param>
/// <param name="Names">Number of its names (hard links).</param>
/// <param name="Number">Its number in its file system.</param>
/// <param name="Device">Its file system.</param>
internal readonly record struct FileIdentity(uint Owner, UnixFileMode Mode, bool IsRegular, uint Names, ulong Number, ulong Device)
{
    /// <summary>Whether both are the same file, whatever its permissions and names are by now.</summary>
    public bool IsSameAs(FileIdentity other) => (Number, Device) == (other.Number, other.Device);
}
