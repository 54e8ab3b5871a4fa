using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NarVulkan.Checkpoints;

/// <summary>Whose a file is, and which file it is: what .NET does not tell. By statx(2) of Linux, whose record is the same on every processor.</summary>
internal static unsafe partial class FileOwners
{
    private const int OfTheHandle = 0x1000, NotThroughLinks = 0x100, FromTheWorkingFolder = -100;
    private const int LinksOffset = 16, UserOffset = 20, ModeOffset = 28, NumberOffset = 32, DeviceOffset = 136, RecordBytes = 256;
    private const uint TypeAndMode = 1 | 2, LinkCount = 4, User = 8, Number = 256, All = TypeAndMode | LinkCount | User | Number;
    private const int KindOfFile = 0xF000, Regular = 0x8000;

    /// <summary>The user of the machine's administrator.</summary>
    public const uint Administrator = 0;

    /// <summary>What is known of an open file; null on other systems, where the C library has no such call, or the file system does not say.</summary>
    public static FileIdentity? Of(SafeFileHandle file)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Ask((int)file.DangerousGetHandle(), "", OfTheHandle);
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>What is known of what has a name, of a link itself and not of what it leads to; null as above, and where there is nothing.</summary>
    public static FileIdentity? Of(string path) => Ask(FromTheWorkingFolder, path, NotThroughLinks);

    /// <summary>Whether a user is the one that this process acts as.</summary>
    public static bool IsThisUser(uint user) => user == EffectiveUser();

    private static FileIdentity? Ask(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        try
        {
            byte* record = stackalloc byte[RecordBytes];
            if (StatX(folder, path, flags, All, record) != 0 || (*(uint*)record & All) != All)
            {
                return null;
            }
            int mode = *(ushort*)(record + ModeOffset);
            return new FileIdentity(
                *(uint*)(record + UserOffset), (UnixFileMode)(mode & 0xFFF), (mode & KindOfFile) == Regular, *(uint*)(record + LinksOffset),
                *(ulong*)(record + NumberOffset), *(ulong*)(record + DeviceOffset));
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* record);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
