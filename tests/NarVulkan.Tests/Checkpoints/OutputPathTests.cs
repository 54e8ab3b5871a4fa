using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class OutputPathTests
{
    private const uint Me = 1000, Owner = 1001, Stranger = 1002;
    private const UnixFileMode Closed = (UnixFileMode)0b111_101_101, Group = (UnixFileMode)0b111_111_101, OpenToAll = (UnixFileMode)0b111_111_111;

    [Theory]
    [InlineData(Me, OtherUser.OpenToAll, true)]
    [InlineData(Owner, OtherUser.OpenToAll, true)]
    [InlineData(FileOwners.Administrator, OtherUser.OpenToAll, true)]
    [InlineData(Stranger, OtherUser.OpenToAll, false)]
    [InlineData(Stranger, OpenToAll, false)]
    [InlineData(Stranger, Group, false)]
    [InlineData(Stranger, Closed, true)]
    public void Objection_ByOwnerAndFolder_IsAsTheKernelsRule(uint link, UnixFileMode folder, bool isFollowed) =>
        Assert.Equal(isFollowed, OutputPath.Objection(Of(link, OpenToAll), Of(Owner, folder), user => user == Me) is null);

    [Fact]
    public void Objection_WhereNothingIsKnown_IsThere()
    {
        Assert.NotNull(OutputPath.Objection(null, Of(Owner, OpenToAll), user => user == Me));
        Assert.NotNull(OutputPath.Objection(Of(Me, OpenToAll), null, user => user == Me));
    }

    [SkippableFact]
    public void Resolve_ChainOfLinks_IsAsTheSystemWalks()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryFolder folder = new();
        string real = RealPath.Of(folder.Path);
        Directory.CreateDirectory(folder.File("far/deep"));
        File.CreateSymbolicLink(folder.File("near"), "far/deep");
        // Up from where the link leads, not from where it lies.
        File.CreateSymbolicLink(folder.File("one"), "near/../two");
        File.CreateSymbolicLink(folder.File("far/two"), folder.File("./three"));

        Assert.Equal($"{real}/three", OutputPath.Resolve(folder.File("one")));
        Assert.Equal($"{real}/far/deep/new/c.bin", OutputPath.Resolve(folder.File("near/new/c.bin")));
        Assert.Equal($"{real}/one", OutputPath.ResolveFolderOf(folder.File("one")));
    }

    [SkippableFact]
    public void Resolve_LinksInCircles_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder.File("a"), "b");
        File.CreateSymbolicLink(folder.File("b"), "a");

        Assert.Contains("in circles", Assert.Throws<OutputFileException>(() => OutputPath.Resolve(folder.File("a/c.bin"))).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Resolve_LinkToADevice_IsTheDevice()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "of Linux");
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder.File("out"), "/dev/stdout");

        Assert.Equal("/dev/stdout", OutputPath.Resolve(folder.File("out")));
    }

    private static FileIdentity Of(uint owner, UnixFileMode mode) => new(owner, mode, IsRegular: false, Names: 1, Number: 1, Device: 1);
}
