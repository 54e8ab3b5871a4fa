using System.Text.Json;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class DeviceCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Devices_TwoOfThem_ListsBothWithWhatTheyOffer()
    {
        cli.Engine.Devices = [cli.Engine.Device, cli.Engine.Device with { Index = 1, Name = "Old card", Usable = false, WhyNot = "no timeline semaphores" }];
        CliResult result = cli.Run("devices");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("0: Fake device", result.Output);
        Assert.Contains("1: Old card", result.Output);
        Assert.Contains("no: no timeline semaphores", result.Output);
        Assert.Matches("largest buffer +128 MiB", result.Output);
        using JsonDocument document = JsonDocument.Parse(cli.Run("devices", "--json").Output);
        Assert.Equal("no timeline semaphores", document.RootElement.GetProperty("devices")[1].GetProperty("whyNot").GetString());
    }

    [Fact]
    public void Devices_NoneOrNoneUsable_ExitsWith4()
    {
        cli.Engine.Devices = [cli.Engine.Device with { Usable = false, WhyNot = "old" }];
        Assert.Equal(4, cli.Run("devices").Code);
        cli.Engine.Devices = [];
        Assert.Contains("install", cli.Run("devices").FailsWith(4));
    }

    [Fact]
    public void Doctor_AllPass_SaysSo()
    {
        CliResult result = cli.Run("doctor", "--device", "fake");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal("fake", cli.Engine.ContextOptions!.Device);
        Assert.Matches("ok +matmul_tiled +largest difference 1e-7", result.Output);
    }

    [Fact]
    public void Doctor_DeviceThatLacksSomething_SaysWhatAndWhatFollows()
    {
        Assert.DoesNotContain("What it lacks", cli.Run("doctor").Output);

        cli.Engine.Device = cli.Engine.Device with { Shortcomings = ["It has no such thing: it takes longer."] };
        Assert.Contains($"What it lacks, and what follows:{Environment.NewLine}  It has no such thing: it takes longer.{Environment.NewLine}", cli.Run("doctor").Output);
        using JsonDocument document = JsonDocument.Parse(cli.Run("doctor", "--json").Output);
        Assert.Equal("It has no such thing: it takes longer.", document.RootElement.GetProperty("shortcomings")[0].GetString());
    }

    [Fact]
    public void Doctor_OneFails_ExitsWith4AndNamesIt()
    {
        cli.Engine.Tests = [cli.Engine.Tests[0], new NarSelfTestResult("rope", false, "largest difference 0.5")];
        CliResult result = cli.Run("doctor");
        Assert.Equal(4, result.Code);
        Assert.Matches("FAILED +rope +largest difference 0.5", result.Output);
        Assert.Contains("1 of 2 self-tests failed", Assert.Single(result.ErrorLines));
        using JsonDocument document = JsonDocument.Parse(cli.Run("doctor", "--json").Output);
        Assert.False(document.RootElement.GetProperty("passed").GetBoolean());
    }
}
