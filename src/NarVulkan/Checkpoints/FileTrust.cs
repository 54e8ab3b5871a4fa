using Microsoft.Win32.SafeHandles;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Whether only this user (or the machine's administrator) can have written a file. Asked of files whose contents go unchecked to somebody
/// who believes them: a driver takes what is in a pipeline cache for code that it made itself.
/// </summary>
internal static class FileTrust
{
    /// <summary>Null where the file is this user's own and nobody else may write to it, else what speaks against it.</summary>
    /// <param name="file">An open file, so that it cannot be exchanged between the question and the reading.</param>
    public static string? Objection(SafeFileHandle file)
    {
        // Windows: the user's profile is closed to others, and rights to a file are inherited from it.
        if (OperatingSystem.IsWindows())
        {
            return null;
        }
        if ((File.GetUnixFileMode(file) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            return "other users may write to it";
        }
        return FileOwners.Of(file) is { } found && found.Owner != FileOwners.Administrator && !FileOwners.IsThisUser(found.Owner)
            ? "it belongs to another user"
            : null;
    }
}
