using NarVulkan.Cli.Media;
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
    public void Example_OnAHostsDevice_GivesTheClip()
    {
        fixture.SkipIfSlow(true, "TextureTests show it");
        var host = fixture.Host;
        var model = fixture.Model("../../weights/demo-video", NarPrecision.Auto);
        var expected = model.Generate(new NarGenerationRequest { Classes = [3], Seed = 7, Sampling = model.Info.Sampling });

        byte[] rgba = ReadmeExample.Run(
            host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, host.QueueLock, TestPaths.Fixture("../../weights/demo-video"), host.BeginFrame, host.Submit);

        var frames = FrameConversion.ToImages(expected.Frames!, NarMedia.Video, 0, model.Info.Frames, model.Info.Height, model.Info.Width, model.Info.Frames);
        Assert.Equal(frames.SelectMany(frame => frame.Pixels), rgba.Chunk(4).SelectMany(pixel => pixel[..3]));
    }
}
