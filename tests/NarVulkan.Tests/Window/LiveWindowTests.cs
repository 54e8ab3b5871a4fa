using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Cli;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Window;

/// <summary><c>narvk --live</c> in a window on a display in memory, told by keys and seen by its pixels and its title.</summary>
[Collection(ModelCollection.Name)]
public sealed partial class LiveWindowTests : IDisposable
{
    // As picture.frag has it.
    private static readonly (int, int, int) Background = (23, 23, 26);

    private static readonly string Device = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly TemporaryFolder folder = new();

    public LiveWindowTests(ModelFixture fixture) => fixture.RequireContext();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Live_Image_GrowsPausesStepsResizesSavesAndCloses()
    {
        using VirtualDisplay display = VirtualDisplay.Start();
        using WindowProcess live = Start(display, "--image", "demo", "--class", "3", "--seed", "5", "--live", "--out", "live.png", "--device", Device);
        WaitForKeyboard(live);
        live.Press("space");
        int step = StepOf(live.WaitForTitle(title => title.Contains("paused", StringComparison.Ordinal), "paused"));
        Assert.InRange(step, 1, 30);

        live.Press("Right");
        string stepped = live.WaitForTitle(title => StepOf(title) == step + 1, "the next step");
        Assert.Contains("paused", stepped, StringComparison.Ordinal);
        step++;

        // A wide window: the square lies in its middle, and beside it is nothing but the background.
        live.Resize(600, 300);
        (int x, int y) = live.Place();
        WindowProcess.WaitFor(() => display.Pixel(x + 75, y + 150) == Background && display.Pixel(x + 152, y + 2) != Background, "the picture is not in the middle of the wide window");
        Assert.Equal(Background, display.Pixel(x + 525, y + 150));
        live.Hide();
        live.Unhide();

        // Something of that name lies there: it stays, and the file says how far the picture was.
        string taken = string.Create(CultureInfo.InvariantCulture, $"live-step{step:00}-of-31.png"), unfinished = string.Create(CultureInfo.InvariantCulture, $"live-step{step:00}-of-31-2.png");
        File.WriteAllText(folder[taken], "mine");
        live.Press("s");
        string saved = live.WaitForTitle(title => title.Contains("saved", StringComparison.Ordinal), "saved");
        Assert.EndsWith($" - paused, saved {unfinished}", saved, StringComparison.Ordinal);
        Assert.Equal([unfinished, taken], folder.Files);
        Assert.Equal("mine", File.ReadAllText(folder[taken]));
        Assert.Equal((128, 128), SizeOf(unfinished));
        Assert.Matches($"^unfinished: {step} of 31 steps, [0-9]+ of 256 tokens$", PngReader.Read(folder[unfinished], unfinished).Text["Progress"]);
        // The name is told at once, and the time stands still while nothing is generated.
        WindowProcess.WaitFor(() => live.Output.Length > 0, "the file is not named");
        Assert.Equal(unfinished, live.Output);
        Assert.Equal(TimeOf(stepped), TimeOf(saved));
        live.Press("s");
        WindowProcess.WaitFor(() => live.Error.Contains($"saved already: {unfinished}", StringComparison.Ordinal), "the file is not named again");
        Assert.Equal([unfinished, taken], folder.Files);

        live.Press("space");
        live.WaitForTitle(title => title.Contains("done", StringComparison.Ordinal), "done");
        live.Press("Escape");

        Assert.Equal(0, live.WaitForExit());
        Assert.DoesNotContain("validation", live.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal($"{unfinished}\nlive.png", live.Output.ReplaceLineEndings("\n"));
        // What was finished is a file of its own, with the bytes of a run without a window.
        using CliRunner plain = new(new VulkanEngine());
        plain.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        Assert.Equal(0, plain.Run("--image", "demo", "--class", "3", "--seed", "5", "--out", "live.png", "--device", Device).Code);
        Assert.Equal(File.ReadAllBytes(plain.Folder["live.png"]), File.ReadAllBytes(folder["live.png"]));
    }

    [SkippableFact]
    public void Live_Finished_LeavesTheFilesOfARunWithoutAWindow()
    {
        using VirtualDisplay display = VirtualDisplay.Start();
        using CliRunner plain = new(new VulkanEngine());
        plain.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        string[] request = ["--video", "demo", "--class", "4,9", "--seed", "11", "--device", Device, "--dump-tokens", "t.npy", "--dump-frames", "f.npy"];

        using WindowProcess live = Start(display, [.. request, "--live"]);
        live.WaitForTitle(title => title.Contains("done", StringComparison.Ordinal), "done");
        live.Press("r");
        live.WaitForTitle(title => StepOf(title) >= 1 && !title.Contains("seed 11 ", StringComparison.Ordinal), "another seed");
        live.Press("Escape");

        Assert.Equal(0, live.WaitForExit());
        CliResult result = plain.Run(request);
        Assert.Equal(0, result.Code);
        Assert.Equal(plain.Folder.Files, folder.Files);
        Assert.All(folder.Files, file => Assert.Equal(File.ReadAllBytes(plain.Folder[file]), File.ReadAllBytes(folder[file])));
        Assert.DoesNotContain("validation", live.Error, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("step ")]
    public void Live_ClosedAtAnyMoment_EndsWithoutAWord(string moment)
    {
        using VirtualDisplay display = VirtualDisplay.Start();
        using WindowProcess live = Start(display, "--video", "demo", "--class", "3", "--seed", "5", "--live");
        WaitForKeyboard(live);
        live.WaitForTitle(title => moment.Length == 0 || title.Contains(moment, StringComparison.Ordinal), moment);
        live.Press("Escape");

        Assert.Equal(0, live.WaitForExit());
        Assert.DoesNotContain("validation", live.Error, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public void Live_CtrlC_ExitsWith130()
    {
        using VirtualDisplay display = VirtualDisplay.Start();
        using WindowProcess live = Start(display, "--image", "demo", "--class", "3", "--seed", "5", "--live");
        live.WaitForTitle(title => StepOf(title) >= 1, "a step");
        using (Process kill = Process.Start("kill", ["-INT", live.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        Assert.Equal(130, live.WaitForExit());
        Assert.Contains("cancelled", live.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("", "neither DISPLAY nor WAYLAND_DISPLAY is set")]
    [InlineData(":4095", "DISPLAY is ':4095'")]
    public void Live_WithoutADisplay_SaysSoInOneLineAndExitsWith4(string display, string expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "displays are named by DISPLAY");
        Skip.IfNot(display.Length == 0 || System.Runtime.InteropServices.NativeLibrary.TryLoad("libglfw.so.3", out _), "windows need GLFW: apt-get install libglfw3");
        ProcessStartInfo start = NarvkProcess.StartInfo("--image", "demo", "--live");
        start.WorkingDirectory = folder.Path;
        start.RedirectStandardError = true;
        start.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        start.Environment["DISPLAY"] = display;
        start.Environment.Remove("WAYLAND_DISPLAY");

        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(4, process.ExitCode);
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private WindowProcess Start(VirtualDisplay display, params string[] arguments) =>
        new(display, NarvkProcess.Program, "^narvk - ", folder.Path, arguments);

    // Once this line is there the keyboard is listened to, and the model is still being loaded.
    private static void WaitForKeyboard(WindowProcess live)
    {
        live.WaitForTitle(_ => true, "anything");
        WindowProcess.WaitFor(() => live.Error.Contains("Esc closes", StringComparison.Ordinal), "the keys are not told");
    }

    private static int StepOf(string title) => Step().Match(title) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static string TimeOf(string title) => Time().Match(title).Value;

    private (int, int) SizeOf(string file)
    {
        RgbImage image = PngReader.Read(folder[file], file).Frames[0];
        return (image.Width, image.Height);
    }

    [GeneratedRegex(@"[0-9.]+ s ")]
    private static partial Regex Time();

    [GeneratedRegex(@" step (\d+)/")]
    private static partial Regex Step();
}
