using NarVulkan.Cli.Media;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class PictureFilesTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void NamesOf_Default_SaysModelClassAndSeed()
    {
        PictureFiles files = Choose(null, null);
        Assert.Equal(MediaFormat.Apng, files.Format);
        string name = Assert.Single(files.NamesOf("demo", ["Orbit Star"], 42));
        Assert.Equal(Path.Combine("out", "demo-Orbit_Star-seed42.png"), files.Whole(name));
        Assert.Equal(Path.Combine("out", "demo-sheet-seed42.png"), files.Sheet("demo", 42));
    }

    [Fact]
    public void NamesOf_RepeatedLabels_AreNumbered() => Assert.Equal(
        ["m-a-seed1-0", "m-b-seed1", "m-a-seed1-1"], Choose(null, null).NamesOf("m", ["a", "b", "a"], 1));

    [Fact]
    public void NamesOf_AnEnding_StandsBeforeTheNumbersOfSamples()
    {
        Assert.Equal(["m-a-seed1-step07-of-31-0", "m-a-seed1-step07-of-31-1"], Choose(null, null).NamesOf("m", ["a", "a"], 1, "-step07-of-31"));
        Assert.Equal(["clip-2-0", "clip-2-1"], Choose("clip.png", null).NamesOf("m", ["a", "b"], 1, "-2"));
        Assert.Equal("clip-2-sheet.png", Choose("clip.png", null).Sheet("m", 1, "-2"));
        Assert.Equal(Path.Combine("out", "m-sheet-seed1-2.png"), Choose(null, null).Sheet("m", 1, "-2"));
    }

    [Fact]
    public void NamesOf_HostileNames_StayInTheFolder() => Assert.Equal(
        [".._.._etc-_.._passwd".TrimStart('.')], Choose(null, null).NamesOf("../../etc", ["/../passwd"], null));

    [Theory]
    [InlineData("clip.gif", null, "gif", "clip.gif")]
    [InlineData("a/clip.MP4", null, "mp4", "a/clip.MP4")]
    [InlineData("clip.webm", "webm", "webm", "clip.webm")]
    [InlineData("clip.apng", null, "apng", "clip.apng")]
    [InlineData("clip.png", null, "apng", "clip.png")]
    [InlineData("clips/", "gif", "gif", "clips/m-a-seed1.gif")]
    [InlineData("clips", null, "apng", "clips/m-a-seed1.png")]
    public void Choose_OutAndFormat_GiveFormatAndPath(string @out, string? format, string expectedFormat, string expectedPath)
    {
        PictureFiles files = Choose(@out, Parse(format));
        Assert.Equal(Parse(expectedFormat), files.Format);
        Assert.Equal(expectedPath, files.Whole(files.NamesOf("m", ["a"], 1)[0]));
    }

    [Fact]
    public void Choose_ExistingFolderWithADot_IsAFolder()
    {
        Directory.CreateDirectory(cli.Folder["run.2"]);
        Assert.Equal(Path.Combine("run.2", "x.png"), Choose("run.2", null).Whole("x"));
    }

    [Theory]
    [InlineData("clip.gif", "mp4", "make them agree")]
    [InlineData("clip.gif", "png", "make them agree")]
    [InlineData("clip.jpg", null, ".jpg is no format")]
    public void Choose_Contradiction_IsRefused(string @out, string? format, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidRequestException>(() => Choose(@out, Parse(format))).Message);

    [Fact]
    public void Frame_PngFormat_NumbersFramesInAFolderOrAfterTheNamedFile()
    {
        Assert.Equal(Path.Combine("out", "x", "frame-03.png"), Choose(null, MediaFormat.Png).Frame("x", 3, 16));
        Assert.Equal("clip-03.png", Choose("clip.png", MediaFormat.Png).Frame("clip", 3, 16));
    }

    [Fact]
    public void NamesOf_SeveralSamplesInANamedFile_NumbersThem() =>
        Assert.Equal(["clip-0", "clip-1"], Choose("clip.gif", null).NamesOf("m", ["a", "b"], 1));

    private static MediaFormat? Parse(string? format) => format is null ? null : Enum.Parse<MediaFormat>(format, ignoreCase: true);

    private PictureFiles Choose(string? @out, MediaFormat? format) =>
        PictureFiles.Choose(new PictureSettings { Out = @out, Format = format }, NarMedia.Video, cli.Console(TextWriter.Null, TextWriter.Null));

    [Theory]
    [InlineData("dd.png")]
    [InlineData("dd.gif")]
    public void Choose_ExistingFolderNamedLikeAFile_IsRefusedUnlessItEndsInASeparator(string name)
    {
        Directory.CreateDirectory(cli.Folder[name]);
        Assert.Contains($"{name} is a folder", Assert.Throws<InvalidRequestException>(() => Choose(name, null)).Message);
        Assert.Equal(Path.Combine(name + "/", "x.png"), Choose(name + "/", null).Whole("x"));
    }

    [Theory]
    [InlineData(null, "out/m-a-seed1.png")]
    [InlineData("pictures/", "pictures/m-a-seed1.png")]
    [InlineData("a.PNG", "a.PNG")]
    public void Choose_Images_ArePngFilesOfTheirOwn(string? @out, string expected)
    {
        PictureFiles files = PictureFiles.Choose(new PictureSettings { Out = @out }, NarMedia.Image, cli.Console(TextWriter.Null, TextWriter.Null));
        Assert.Equal((MediaFormat.Png, false), (files.Format, files.FilePerFrame));
        Assert.Equal(expected, files.Whole(files.NamesOf("m", ["a"], 1)[0]));
    }
}
