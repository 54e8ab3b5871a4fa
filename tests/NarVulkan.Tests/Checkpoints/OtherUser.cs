using System.Diagnostics;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Somebody else on this machine, whom only its administrator can act for: elsewhere the tests are skipped.</summary>
internal static class OtherUser
{
    private const string Number = "65534";

    /// <summary>Folders such as /tmp: everybody may make files there, and remove only their own.</summary>
    public const UnixFileMode OpenToAll = (UnixFileMode)0b1_111_111_111;

    public static void SkipUnlessPossible() => Skip.IfNot(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root can give files away");

    /// <summary>Gives a file, or a link itself, to that user.</summary>
    public static void Give(string path)
    {
        using Process process = Process.Start("chown", ["-h", $"{Number}:{Number}", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
