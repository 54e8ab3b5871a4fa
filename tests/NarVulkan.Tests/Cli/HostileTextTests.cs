using System.Text;
using System.Text.Json;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Texts in files reach the terminal without their control characters, direction marks and megabytes, whatever shows them.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Reversed = "a\u202Eb\u2028c\u001b[2Jd";

    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Inspect_NamesOfTensors_AreVisibleAndShort()
    {
        Write("x.safetensors", Header(Reversed, "long" + new string('n', 1 << 20) + "end"));

        CliResult result = cli.Run("inspect", "x.safetensors");

        Assert.Equal(0, result.Code);
        Assert.Contains("a?b?c?[2Jd", result.Output, StringComparison.Ordinal);
        Assert.Contains("longnnn", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Output.Length, 200, 2000);
        AssertVisible(result.Output);
    }

    [Fact]
    public void Inspect_ManyNamesBesideALongOne_TakesNoRoomForTheLongOne()
    {
        // Padded to the longest, these names would fill 200 GB.
        Write("x.safetensors", Header([new string('n', 1 << 20), .. Enumerable.Range(0, 20_000).Select(i => $"w{i}")]));

        CliResult result = cli.Run("inspect", "x.safetensors");

        Assert.Equal(0, result.Code);
        Assert.InRange(result.Output.Length, 20_000, 20_000 * 250);
    }

    [Fact]
    public void InspectJson_NamesOfTensors_AreWholeAndEscaped()
    {
        Write("x.safetensors", Header(Reversed, "tag\U000E0041"));

        CliResult result = cli.Run("inspect", "x.safetensors", "--json");

        AssertVisible(result.Output);
        Assert.DoesNotContain("\uDB40", result.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal([Reversed, "tag\U000E0041"], json.RootElement.GetProperty("files")[0].GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()!));
    }

    [Fact]
    public void Inspect_ForeignNames_AreWarnedOf()
    {
        byte[] pickle = new PickleWriter().Op('}').Text("x").Global("distutils\u202E", "spawn").Op('s').Text("w").Tensor("0", 1, [1], [1]).Op('s').ToArray();
        File.WriteAllBytes(cli.Folder["x.pt"], TorchFile.Create(pickle, [1f]));

        CliResult text = cli.Run("inspect", "x.pt"), json = cli.Run("inspect", "x.pt", "--json");

        Assert.Contains("warning: refers to distutils?.spawn, which no checkpoint needs", text.Output, StringComparison.Ordinal);
        using JsonDocument parsed = JsonDocument.Parse(json.Output);
        Assert.Equal("distutils\u202E.spawn", parsed.RootElement.GetProperty("files")[0].GetProperty("foreignNames")[0].GetString());
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("convert")]
    public void Error_ThatQuotesAFile_IsOneVisibleLine(string command)
    {
        Write("x.safetensors", $$$"""{"{{{JsonEncodedText.Encode(Reversed)}}}":{"dtype":"F99","shape":[0],"data_offsets":[0,0]}}""");

        CliResult result = cli.Run([command, "x.safetensors", .. command == "convert" ? (string[])["y.safetensors"] : []]);

        Assert.Equal(3, result.Code);
        AssertVisible(result.Error);
        Assert.Contains("tensor a?b?c?[2Jd has dtype F99", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Error_ThatQuotesTheCommandLine_IsOneVisibleLine()
    {
        CliResult result = cli.Run("inspect", "no\u202Esuch\u2028file");

        Assert.Equal(3, result.Code);
        AssertVisible(result.Error);
    }

    private static string Header(params string[] names)
        => $"{{{string.Join(',', names.Select(name => $"\"{JsonEncodedText.Encode(name)}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"))}}}";

    private static void AssertVisible(string text) => Assert.DoesNotContain(text, c => VisibleText.IsHidden(c) && c is not ('\n' or '\r'));

    private void Write(string name, string header) => File.WriteAllBytes(cli.Folder[name], SafetensorsFile.Create(Encoding.UTF8.GetBytes(header), []));
}
