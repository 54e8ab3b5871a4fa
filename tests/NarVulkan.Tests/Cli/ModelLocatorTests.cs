using NarVulkan.Cli.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class ModelLocatorTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Video_UcfInstalled_RunsItWithoutANotice()
    {
        string real = cli.Install("ucf");
        cli.Install("demo-video");
        LocatedModel located = Locate("UCF");
        Assert.Equal((real, null, null), (located.Directory, located.Notice, located.StandsInFor));
    }

    [Fact]
    public void Video_UcfMissing_FallsBackToTheDemoWithOneLine()
    {
        string demo = cli.Install("demo-video");
        LocatedModel located = Locate("ucf");
        Assert.Equal(demo, located.Directory);
        Assert.Equal("ucf", located.StandsInFor?.Name);
        Assert.DoesNotContain('\n', located.Notice!);
        Assert.Contains("weights/README.md", located.Notice);
        Assert.Contains(cli.Folder["program/weights/ucf"], located.Notice);
    }

    [Fact]
    public void Video_DemoAndFolderName_NameTheDemoWithoutANotice()
    {
        string demo = cli.Install("demo-video");
        Assert.Equal((demo, null), (Locate("demo").Directory, Locate("demo").Notice));
        Assert.Equal(demo, Locate("demo-video").Directory);
    }

    [Fact]
    public void Image_ImagenetMissing_FallsBackToItsOwnDemoWithOneLine()
    {
        cli.Install("demo-video");
        Assert.Contains("no such model is installed", Assert.Throws<ModelFileException>(() => Locate("imagenet", media: NarMedia.Image)).Message);
        string demo = cli.Install("demo-image", "nar-c2i");
        LocatedModel located = Locate("ImageNet", media: NarMedia.Image);
        Assert.Equal((demo, "imagenet", NarMedia.Image), (located.Directory, located.StandsInFor?.Name, located.Asked));
        Assert.DoesNotContain('\n', located.Notice!);
        Assert.Contains(cli.Folder["program/weights/imagenet"], located.Notice);
        Assert.Equal((demo, null), (Locate("demo", media: NarMedia.Image).Directory, Locate("demo", media: NarMedia.Image).Notice));
        string real = cli.Install("imagenet", "nar-c2i");
        Assert.Equal((real, null), (Locate("imagenet", media: NarMedia.Image).Directory, Locate("imagenet", media: NarMedia.Image).Notice));
    }

    [Theory]
    [InlineData("option", "environment", "repository", "program", "user")]
    public void Video_InSeveralFolders_TakesTheFirstInOrder(params string[] order)
    {
        File.WriteAllText(cli.Folder["NarVulkan.sln"], "");
        Dictionary<string, string> folders = new()
        {
            ["option"] = cli.Folder["option"],
            ["environment"] = cli.Folder["environment"],
            ["repository"] = cli.Folder["weights"],
            ["program"] = cli.Folder["program/weights"],
            ["user"] = cli.Folder["user-data/narvk"],
        };
        cli.Environment["NARVK_WEIGHTS"] = folders["environment"];
        foreach (string place in order)
        {
            ModelFolders.Write(Path.Combine(folders[place], "ucf"), place, "nar-c2v", true, true, null);
        }
        foreach (string place in order)
        {
            string expected = Path.Combine(folders[place], "ucf");
            Assert.Equal(expected, Locate("ucf", folders["option"]).Directory);
            Directory.Delete(expected, recursive: true);
        }
        Assert.Throws<ModelFileException>(() => Locate("ucf", folders["option"]));
    }

    [Fact]
    public void Video_LauncherNamesTheRoot_LooksThere()
    {
        cli.Environment["NARVK_ROOT"] = cli.Folder["clone"];
        string demo = ModelFolders.Write(cli.Folder["clone/weights/demo-video"], "demo-video", "nar-c2v", true, true, null);
        Assert.Equal(demo, Locate("demo").Directory);
    }

    [Fact]
    public void Video_UnknownName_ListsWhatIsInstalledAndTheNearest()
    {
        cli.Install("demo-video");
        cli.Install("kinetics");
        ModelFileException error = Assert.Throws<ModelFileException>(() => Locate("kinetiks"));
        Assert.Contains("did you mean kinetics?", error.Message);
        Assert.Contains("demo-video", error.Message);
    }

    [Theory]
    [InlineData("../ucf")]
    [InlineData("/etc")]
    [InlineData("..")]
    public void Video_PathInsteadOfAName_IsRefused(string name) =>
        Assert.Contains("use --model", Assert.Throws<InvalidRequestException>(() => Locate(name)).Message);

    [Fact]
    public void Constructor_WeightsFolderMissing_SaysSo() =>
        Assert.Contains("--weights", Assert.Throws<ModelFileException>(() => Locate("ucf", "nowhere")).Message);

    [Fact]
    public void Installed_SameNameTwice_MarksTheSecondAsShadowed()
    {
        cli.Install("ucf");
        ModelFolders.Write(cli.Folder["user-data/narvk/ucf"], "ucf", "nar-c2v", true, true, null);
        IReadOnlyList<InstalledModel> installed = new ModelLocator(cli.Console(TextWriter.Null, TextWriter.Null), null).Installed();
        Assert.Equal([false, true], installed.Select(model => model.Shadowed));
    }

    private LocatedModel Locate(string name, string? weights = null, NarMedia media = NarMedia.Video) =>
        new ModelLocator(cli.Console(TextWriter.Null, TextWriter.Null), weights).Named(name, media);
}
