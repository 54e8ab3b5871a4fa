using NarVulkan.Tests.Cli;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Window;

/// <summary>The sample: a device of its own, and a clip that grows while it renders.</summary>
[Collection(ModelCollection.Name)]
public sealed class SpinningCubeTests(ModelFixture fixture)
{
    // As CubePass clears it.
    private static readonly (int, int, int) Background = (18, 20, 28);

    [SkippableFact]
    public void SpinningCube_Runs_GeneratesWhileItRendersAndLeavesTheDeviceClean()
    {
        fixture.RequireContext();
        using VirtualDisplay display = VirtualDisplay.Start();
        using TemporaryFolder folder = new();
        string assembly = Path.Combine(AppContext.BaseDirectory, "SpinningCube.dll");
        using WindowProcess cube = new(display, assembly, "^SpinningCube", folder.Path, "--model", Path.Combine(TestPaths.RepositoryRoot, "weights", "demo-video"), "--clips", "2");

        // Frames without generation come when the first clip is finished and rests.
        cube.WaitForTitle(title => title.Contains("without ", StringComparison.Ordinal) && !title.EndsWith("without none", StringComparison.Ordinal), "a finished clip");
        (int x, int y) = cube.Place();
        Assert.NotEqual(Background, display.Pixel(x + 320, y + 320));
        Assert.Equal(Background, display.Pixel(x + 5, y + 5));
        cube.Resize(400, 700);
        WindowProcess.WaitFor(() => display.Pixel(x + 200, y + 690) == Background, "the window is not drawn at its new size");

        Assert.Equal(0, cube.WaitForExit());
        Assert.Matches(@"frames with generation \d+\.\d ms .*, without \d+\.\d ms ", cube.Output);
        // The layer, where it is switched on, writes to standard output.
        Assert.DoesNotContain("VUID", cube.Output + cube.Error, StringComparison.Ordinal);
    }
}
