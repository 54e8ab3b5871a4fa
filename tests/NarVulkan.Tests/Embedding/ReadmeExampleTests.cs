using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Cli;
using Xunit;

namespace NarVulkan.Tests.Embedding;

[Collection(EmbeddingCollection.Name)]
public sealed class ReadmeExampleTests(EmbeddingFixture fixture)
{
    [Fact]
    public void Example_InTheReadme_IsTheOneThatIsCompiled()
    {
        string source = File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "tests", "NarVulkan.Tests", "Embedding", "ReadmeExample.cs")).ReplaceLineEndings("\n");
        string example = source.Split("// begin\n")[1].Split("        // end")[0].Replace("\n        ", "\n", StringComparison.Ordinal).Trim();

        string readme = File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{example}\n```", readme, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Example_OnAHostsDevice_GivesTheClipOfTheCommandLine()
    {
        fixture.SkipIfSlow(true, "TextureTests show it");
        var host = fixture.Host;
        string folder = TestPaths.Fixture("../../weights/demo-video");
        using var cli = new CliRunner(new VulkanEngine());
        var run = cli.Run(
            "--model", folder, "--class", "3", "--seed", "7", "--device", Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto", "--dump-frames", "f.npy", "--out", "clip.png");
        Assert.True(run.Code == 0, run.Error);
        var info = fixture.Model("../../weights/demo-video", NarPrecision.Auto).Info;

        byte[] rgba = ReadmeExample.Run(
            host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, host.QueueLock, folder, host.BeginFrame, host.Submit);

        var frames = FrameConversion.ToImages(NpyFile.Read(cli.Folder["f.npy"]).ToFloats(), NarMedia.Video, 0, info.Frames, info.Height, info.Width, info.Frames);
        Assert.Equal(frames.SelectMany(frame => frame.Pixels), rgba.Chunk(4).SelectMany(pixel => pixel[..3]));
    }
}
