using Microsoft.Win32.SafeHandles;

namespace NarVulkan.Checkpoints;

/// <summary>
/// The permissions of a file that is replaced, which its replacement has, too: what was closed to others must not be open to them for having
/// been written anew, nor for a moment in between. Nothing of this on Windows, where rights come from the folder.
/// </summary>
internal static class KeptPermissions
{
    private const UnixFileMode All = (UnixFileMode)0b111_111_111;

    /// <summary>Those of a file; null where there is none, or a link, which a file takes the place of.</summary>
    public static UnixFileMode? Of(string? path) => !OperatingSystem.IsWindows() && path is not null && new FileInfo(path) is { Exists: true, LinkTarget: null }
        ? File.GetUnixFileMode(path) & All
        : null;

    /// <summary>Gives a file these permissions, of which the process's mask takes none away; null leaves it as it is.</summary>
    public static void Give(SafeFileHandle file, UnixFileMode? mode)
    {
        if (!OperatingSystem.IsWindows() && mode is { } kept)
        {
            File.SetUnixFileMode(file, kept);
        }
    }

    /// <summary>Takes from a file what is beyond these permissions; null leaves it as it is.</summary>
    public static void Narrow(SafeFileHandle file, UnixFileMode? mode)
    {
        if (!OperatingSystem.IsWindows() && mode is { } most && File.GetUnixFileMode(file) is var found && (found & All & ~most) != 0)
        {
            File.SetUnixFileMode(file, found & most);
        }
    }
}
