using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Whether only this user (or the machine's administrator) can have written a file. Asked of files whose contents go unchecked to somebody
/// who believes them: a driver takes what is in a pipeline cache for code that it made itself.
/// </summary>
internal static unsafe partial class FileTrust
{
    // statx(2) of Linux, whose record is the same on every processor.
    private const int OfTheHandle = 0x1000, UserOffset = 20, RecordBytes = 256;
    private const uint User = 8, Administrator = 0;

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
        return OperatingSystem.IsLinux() && OwnerOf(file) is { } owner && owner != Administrator && owner != EffectiveUser()
            ? "it belongs to another user"
            : null;
    }

    // Null where the C library has no such call, or the file system does not say.
    private static uint? OwnerOf(SafeFileHandle file)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            byte* record = stackalloc byte[RecordBytes];
            return StatX((int)file.DangerousGetHandle(), "", OfTheHandle, User, record) == 0 ? *(uint*)(record + UserOffset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* record);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
