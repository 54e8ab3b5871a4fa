using System.Text.Json;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Text features as conditions.</summary>
public sealed class TextConditionTests : IDisposable
{
    private const int Rows = 2, Tokens = 3, Width = FakeEngine.TextFeatureWidth;

    private static readonly float[] Features = Enumerable.Range(0, Rows * Tokens * Width).Select(i => i - 5.5f).ToArray();

    private readonly CliRunner cli = new();

    public TextConditionTests()
    {
        cli.Install("painter", "nar-t2i");
        cli.Engine.Conditions = Tokens;
        NpyFile.Write(cli.Folder["f.npy"], [Rows, Tokens, Width], Features);
        NpyFile.Write(cli.Folder["m.npy"], [Rows, Tokens], [1, 1, 0, 1, 0, 0]);
    }

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Generate_FeaturesAndMask_GiveARowToEveryCopyAndAStreamToEveryRow()
    {
        CliResult result = cli.Run("--image", "painter", "--condition", "f.npy", "--condition-mask", "m.npy", "--count", "2", "--seed", "1");
        Assert.Equal(0, result.Code);
        NarGenerationRequest request = cli.Engine.Request!;
        float[] first = Features[..(Tokens * Width)], second = Features[(Tokens * Width)..];
        Assert.Equal([.. first, .. first, .. second, .. second], request.Text!.Features);
        Assert.Equal([1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0], request.Text.Mask!);
        Assert.True(request.Text.LeftPad);
        Assert.Equal([-1, -1, -1, -1], request.Classes);
        Assert.Equal([0x1_0000u, 0x1_0001, 0x2_0000, 0x2_0001], request.Streams!);
        Assert.Equal(
            ["out/painter-text0-seed1-0.png", "out/painter-text0-seed1-1.png", "out/painter-text1-seed1-0.png", "out/painter-text1-seed1-1.png", "out/painter-sheet-seed1.png"],
            result.OutputLines);
        Assert.DoesNotContain(result.ErrorLines, line => line.Contains("class"));
    }

    [Fact]
    public void Generate_NoMask_HasNone()
    {
        CliResult result = cli.Run("--image", "painter", "--condition", "f.npy", "--seed", "1", "--json");
        Assert.Null(cli.Engine.Request!.Text!.Mask);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(2, document.RootElement.GetProperty("conditions").GetInt32());
        Assert.False(document.RootElement.TryGetProperty("classes", out _));
    }

    [Fact]
    public void Generate_NoLeftPadding_ReachesTheEngine()
    {
        cli.Run("--image", "painter", "--condition", "f.npy", "--condition-mask", "m.npy", "--no-left-padding", "--seed", "1");
        Assert.False(cli.Engine.Request!.Text!.LeftPad);
    }

    [Theory]
    [InlineData("|u1", 1)]
    [InlineData("|b1", 1)]
    [InlineData("<i8", 8)]
    public void Generate_MaskOfAnotherType_IsReadAll(string type, int bytes)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2, 3), }}".PadRight(117) + "\n";
        byte[] values = new byte[6 * bytes];
        values[0] = values[4 * bytes] = 1;
        File.WriteAllBytes(cli.Folder["m.npy"], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(c => (byte)c), .. values]);
        Assert.Equal(0, cli.Run("--image", "painter", "--condition", "f.npy", "--condition-mask", "m.npy", "--seed", "1").Code);
        Assert.Equal([1, 0, 0, 0, 1, 0], cli.Engine.Request!.Text!.Mask!);
    }

    [Fact]
    public void Generate_HalfPrecisionFeatures_AreRead()
    {
        string header = "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 3, 2), }".PadRight(117) + "\n";
        byte[] values = [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((Half)(i / 2f)))];
        File.WriteAllBytes(cli.Folder["h.npy"], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(c => (byte)c), .. values]);
        Assert.Equal(0, cli.Run("--image", "painter", "--condition", "h.npy", "--seed", "1").Code);
        Assert.Equal([0, 0.5f, 1, 1.5f, 2, 2.5f], cli.Engine.Request!.Text!.Features);
    }

    [Fact]
    public void Generate_WrongFeatures_AreRefusedInOneLine()
    {
        NpyFile.Write(cli.Folder["flat.npy"], [2, 6], Features);
        NpyFile.Write(cli.Folder["wide.npy"], [1, 3, 4], Features);
        NpyFile.Write(cli.Folder["short.npy"], [3, 2, 2], Features);
        NpyFile.Write(cli.Folder["ints.npy"], [2, 3, 2], new int[12]);
        NpyFile.Write(cli.Folder["nan.npy"], [2, 3, 2], [.. Features[..11], float.PositiveInfinity]);
        Assert.Contains("text features are [B,Tc,C]", Fails("flat.npy"));
        Assert.Contains("wide.npy: has shape [1, 3, 4], but painter takes [B, 3, 2]", Fails("wide.npy"));
        Assert.Contains("painter takes [B, 3, 2]", Fails("short.npy"));
        Assert.Contains("float32", Fails("ints.npy"));
        Assert.Contains("nan.npy: text 1 has values that are not finite", Fails("nan.npy"));
        // The last row is padding: what an encoder leaves there does not matter.
        Assert.Equal(0, cli.Run("--image", "painter", "--seed", "1", "--condition", "nan.npy", "--condition-mask", "m.npy").Code);
        Assert.Contains("there is no such file", Fails("nosuch.npy"));
    }

    [Fact]
    public void Generate_WrongMask_IsRefusedInOneLine()
    {
        NpyFile.Write(cli.Folder["one.npy"], [1, 3], [1, 1, 0]);
        NpyFile.Write(cli.Folder["two.npy"], [2, 3], [1, 1, 0, 1, 2, 0]);
        NpyFile.Write(cli.Folder["real.npy"], [2, 3], new float[6]);
        Assert.Contains("one.npy: has shape [1, 3], but f.npy with its shape [2, 3, 2] needs [2, 3]", Fails("f.npy", "--condition-mask", "one.npy"));
        Assert.Contains("two.npy: holds 2, but a mask is 1 for text and 0 for padding", Fails("f.npy", "--condition-mask", "two.npy"));
        Assert.Contains("int32", Fails("f.npy", "--condition-mask", "real.npy"));
        Assert.Contains("nosuch.npy", Fails("f.npy", "--condition-mask", "nosuch.npy"));
    }

    private string Fails(string features, params string[] more) =>
        cli.Run(["--image", "painter", "--seed", "1", "--quiet", "--condition", features, .. more]).FailsWith(2);
}
