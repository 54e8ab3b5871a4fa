using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Continuing a picture, a clip or tokens.</summary>
public sealed class KeepTests : IDisposable
{
    private readonly CliRunner cli = new();

    public KeepTests()
    {
        cli.Install("demo-image", "nar-c2i", classes: FakeEngine.ClassNames);
        cli.Install("demo-video", classes: FakeEngine.ClassNames);
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Keep_Picture_IsEncodedOnceAndKeptInEverySample()
    {
        RgbImage picture = Pictures.Clip(1, FakeEngine.ImageWidth, FakeEngine.Height)[0];
        cli.WriteStill("p.png", picture);
        CliResult result = cli.Run("--image", "demo", "--class", "1,2", "--seed", "3", "--keep", "p.png", "--keep-steps", "3");
        Assert.Equal(0, result.Code);
        Assert.Equal(picture.Pixels[1] / 127.5f - 1, cli.Engine.EncodedPixels![FakeEngine.Height * FakeEngine.ImageWidth]);
        Assert.Equal(3 * FakeEngine.Height * FakeEngine.ImageWidth, cli.Engine.EncodedPixels.Length);
        Assert.Equal([2, 4], cli.Engine.Grid!);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], cli.Engine.Request!.KeptTokens!);
        Assert.Equal(3, cli.Engine.Request.KeptSteps);
        Assert.Contains("kept the first 3 steps, 5 of 8 tokens of each sample", result.ErrorLines[^1]);
        Assert.Contains("kept the first 3 steps", PngReader.Read(cli.Folder[result.OutputLines[0]], "x").Text["Settings"]);
    }

    [Fact]
    public void Keep_NothingAsked_KeepsNothing()
    {
        cli.Run("--image", "demo", "--seed", "3");
        Assert.Equal((null, 0), (cli.Engine.Request!.KeptTokens, cli.Engine.Request.KeptSteps));
    }

    [Fact]
    public void Keep_WithoutSteps_KeepsHalfOfThemAndReportsJson()
    {
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], [3, 2, 1, 0, 3, 2, 1, 0]);
        CliResult result = cli.Run("--image", "demo", "--class", "1", "--count", "2", "--greedy", "--keep", "t.npy", "--json");
        Assert.Equal([3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0], cli.Engine.Request!.KeptTokens!);
        Assert.Null(cli.Engine.EncodedPixels);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement kept = document.RootElement.GetProperty("kept");
        Assert.Equal((2, 3), (kept.GetProperty("steps").GetInt32(), kept.GetProperty("tokensPerSample").GetInt32()));
        // Only what was generated counts.
        Assert.Equal(2 * (8 - 3), document.RootElement.GetProperty("tokens").GetInt32());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Keep_NoStepOrAll_AreAllowed(int steps)
    {
        NpyFile.Write(cli.Folder["t.npy"], [8], [3, 2, 1, 0, 3, 2, 1, 0]);
        Assert.Equal(0, cli.Run("--image", "demo", "--class", "1", "--seed", "1", "--keep", "t.npy", "--keep-steps", $"{steps}").Code);
        Assert.Equal(steps, cli.Engine.Request!.KeptSteps);
    }

    [Fact]
    public void Keep_ARowForEachSample_GoesRowByRow()
    {
        int[] rows = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
        NpyFile.Write(cli.Folder["t.npy"], [2, 8], rows);
        Assert.Equal(0, cli.Run("--image", "demo", "--class", "1,2", "--seed", "1", "--keep", "t.npy").Code);
        Assert.Equal(rows, cli.Engine.Request!.KeptTokens!);
        Assert.Contains("--keep holds 2 rows of tokens, but 3 samples are asked for", Fails("--class", "0-2", "--keep", "t.npy"));
    }

    [Fact]
    public void Keep_Clip_IsTakenAsAnAnimationAsFramesOrAsAnArray()
    {
        IReadOnlyList<RgbImage> clip = Pictures.Clip(FakeEngine.FrameCount, FakeEngine.Width, FakeEngine.Height);
        using (FileStream stream = File.Create(cli.Folder["clip.png"]))
        {
            AnimatedPng.Write(stream, clip, 8, []);
        }
        float[] pixels = new float[3 * FakeEngine.FrameCount * FakeEngine.Height * FakeEngine.Width];
        FrameConversion.FromImages(clip.ToArray(), NarMedia.Video, pixels);
        NpyFile.Write(cli.Folder["clip.npy"], [1, 3, FakeEngine.FrameCount, FakeEngine.Height, FakeEngine.Width], pixels);
        for (int i = 0; i < clip.Count; i++)
        {
            cli.WriteStill($"f{i}.png", clip[i]);
        }
        foreach (string[] files in new string[][] { ["clip.png"], ["clip.npy"], ["f0.png", "f1.png", "f2.png", "f3.png"] })
        {
            Assert.Equal(0, cli.Run(["--video", "demo", "--class", "1", "--seed", "1", "--keep", .. files]).Code);
            Assert.Equal(pixels, cli.Engine.EncodedPixels);
            Assert.Equal(Enumerable.Range(0, 8), cli.Engine.Request!.KeptTokens!);
            Assert.Equal(2, cli.Engine.Request.KeptSteps);
        }
    }

    [Fact]
    public void Keep_WhatDoesNotFit_IsRefusedInOneLine()
    {
        cli.WriteStill("big.png", new RgbImage(24, 6));
        NpyFile.Write(cli.Folder["big.npy"], [3, 6, 24], new float[3 * 6 * 24]);
        NpyFile.Write(cli.Folder["short.npy"], [1, 6], new int[6]);
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], new int[8]);
        NpyFile.Write(cli.Folder["deep.npy"], [1, 2, 4], new int[8]);
        const string size = "is 24x6, but demo-image makes images of 12x6; scale or cut it to that size";
        Assert.Contains("big.png: " + size, Fails("--keep", "big.png"));
        Assert.Contains("big.npy: " + size, Fails("--keep", "big.npy"));
        Assert.Contains("needs [B, 8]", Fails("--keep", "short.npy"));
        Assert.Contains("tokens are [B,N]", Fails("--keep", "deep.npy"));
        Assert.Contains("--keep-steps 6 is more than demo-image has: give 0 to 5", Fails("--keep", "t.npy", "--keep-steps", "6"));
        Assert.Null(cli.Engine.Request);
    }

    [Fact]
    public void Keep_PictureWithoutATokenizer_AsksForTokens()
    {
        cli.Install("tokens-only", "nar-c2i", tokenizer: false);
        cli.WriteStill("p.png", new RgbImage(12, 6));
        string[] run = ["--image", "tokens-only", "--class", "1", "--greedy", "--dump-tokens", "o.npy", "--quiet", "--keep"];
        Assert.Contains("has no tokenizer to encode pictures with; give tokens", cli.Run([.. run, "p.png"]).FailsWith(2));
        NpyFile.Write(cli.Folder["t.npy"], [1, 8], new int[8]);
        Assert.Equal(0, cli.Run([.. run, "t.npy"]).Code);
    }

    private string Fails(params string[] more) => cli.Run(["--image", "demo", "--seed", "1", "--quiet", .. more]).FailsWith(2);
}
