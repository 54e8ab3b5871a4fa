namespace NarVulkan.Checkpoints;

/// <summary>
/// Where a file that is written really lies. In a folder that others may write to, such as <c>/tmp</c>, anybody may lay a link where this user
/// will write, and what it leads to would be destroyed. So such a link is followed only if this user, the administrator or the folder's
/// owner laid it, wherever on the way it lies; Linux's own rule (fs.protected_symlinks) looks at the last name alone, and does not hold for what is replaced by a move.
/// </summary>
internal static class OutputPath
{
    /// <summary>The full path without links, of which the end need not exist. Devices stay as they are named.</summary>
    /// <param name="path">As it was named; it may end in a link.</param>
    /// <exception cref="OutputFileException">A link on the way may be a stranger's, or they lead in circles.</exception>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows() ? RealPath.Of(full, IsDevice, link => RequireTrust(path, link))
            : new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
            : full;
    }

    /// <summary>The full path of a name in a folder without links; the name itself is not looked at.</summary>
    /// <exception cref="OutputFileException">As of <see cref="Resolve"/>.</exception>
    public static string ResolveFolderOf(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.GetDirectoryName(full) is { } folder ? Path.Combine(Resolve(folder), Path.GetFileName(full)) : full;
    }

    /// <summary>Makes a folder, and those on the way to it, and returns where it really lies.</summary>
    /// <exception cref="OutputFileException">As of <see cref="Resolve"/>.</exception>
    /// <exception cref="IOException">As of <see cref="Directory.CreateDirectory(string)"/>.</exception>
    public static string MakeFolder(string path)
    {
        string folder = Resolve(path);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Whether a path is below <c>/dev</c> or <c>/proc</c>: what lies there is written as it is, and its links are the system's own.</summary>
    public static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>What speaks against following a link; null where nothing does.</summary>
    /// <param name="link">The link; null where nothing is known of it.</param>
    /// <param name="folder">The folder it lies in; null likewise.</param>
    /// <param name="isMine">Whether a user is the one that this process acts as.</param>
    public static string? Objection(FileIdentity? link, FileIdentity? folder, Func<uint, bool> isMine) =>
        link is not { } l || folder is not { } f ? "it cannot be told who laid it"
        : isMine(l.Owner) || l.Owner is FileOwners.Administrator || l.Owner == f.Owner || !IsOpenToOthers(f.Mode) ? null
        : "another user laid it";

    /// <summary>Whether others than the owner may make files in a folder of these permissions.</summary>
    public static bool IsOpenToOthers(UnixFileMode folder) => (folder & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    private static bool RequireTrust(string named, LinkOnTheWay link)
    {
        if (link.Before == RealPath.MostLinks)
        {
            throw new OutputFileException(named, "is reached by links that lead in circles; remove them, or choose another place");
        }
        if (!OperatingSystem.IsWindows() && IsOpenToOthers(File.GetUnixFileMode(link.Folder))
            && Objection(FileOwners.Of(link.Path), FileOwners.Of(link.Folder), FileOwners.IsThisUser) is { } objection)
        {
            string what = link.Path == Path.GetFullPath(named) ? "is a link" : $"is reached by the link {link.Path}";
            throw new OutputFileException(named, $"{what} to {link.Target}, in a folder that others may write to, and {objection}; remove it, or name the place itself that is meant");
        }
        return true;
    }
}
