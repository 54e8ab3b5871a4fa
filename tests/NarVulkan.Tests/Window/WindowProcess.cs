using System.Diagnostics;
using System.Text;
using NarVulkan.Tests.Cli;
using Xunit;

namespace NarVulkan.Tests.Window;

/// <summary>A program with a window on a virtual display: its title is what it says of itself, keys are what it is told.</summary>
internal sealed class WindowProcess : IDisposable
{
    // Much more than anything here takes, on a machine that is busy with other tests and a driver that is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly VirtualDisplay display;
    private readonly Process process;
    private readonly StringBuilder output = new(), error = new();
    private readonly string namePattern;
    private string? window;

    /// <param name="display">Where it opens its window.</param>
    /// <param name="assembly">The program's file.</param>
    /// <param name="namePattern">What every title of it matches.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Its command line.</param>
    public WindowProcess(VirtualDisplay display, string assembly, string namePattern, string folder, params string[] arguments)
    {
        this.display = display;
        this.namePattern = namePattern;
        ProcessStartInfo start = new("env", ["--default-signal=INT,TERM", NarvkProcess.DotNet, assembly, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DISPLAY"] = display.Name;
        start.Environment.Remove("WAYLAND_DISPLAY");
        start.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        if (start.Environment.TryGetValue("NARVK_VALIDATION", out string? validation) && validation == "1")
        {
            // For programs that know nothing of the variable.
            start.Environment["VK_INSTANCE_LAYERS"] = "VK_LAYER_KHRONOS_validation";
        }
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Text(output);

    public string Error => Text(error);

    public int Id => process.Id;

    public string Title => window is null ? "" : display.Tool("getwindowname", window);

    /// <summary>Waits for a title; it is returned.</summary>
    public string WaitForTitle(Func<string, bool> isIt, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience; Thread.Sleep(15))
        {
            Assert.False(process.HasExited && window is null, $"it ended before there was a window: {Error}");
            window ??= display.Tool("search", "--name", namePattern).Split('\n')[^1] is { Length: > 0 } found ? found : null;
            if (Title is { Length: > 0 } title && isIt(title))
            {
                return title;
            }
        }
        throw new TimeoutException($"no title with {what}; the last one is '{Title}'; {Error}");
    }

    /// <summary>Waits for something else that can be seen.</summary>
    public static void WaitFor(Func<bool> isIt, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience; Thread.Sleep(15))
        {
            if (isIt())
            {
                return;
            }
        }
        throw new TimeoutException(what);
    }

    /// <summary>Presses a key as a keyboard does; keys that are sent to a window as messages get lost in GLFW once it was hidden.</summary>
    public void Press(string key) => display.Tool("windowfocus", window!, "key", key);

    public void Resize(int width, int height) => display.Tool("windowsize", window!, $"{width}", $"{height}");

    public void Hide() => display.Tool("windowunmap", window!);

    public void Unhide() => display.Tool("windowmap", window!);

    /// <summary>Where the window's upper left corner is on the screen.</summary>
    public (int X, int Y) Place()
    {
        string[] lines = display.Tool("getwindowgeometry", "--shell", window!).Split('\n');
        return (Value("X="), Value("Y="));

        int Value(string name) => int.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public int WaitForExit()
    {
        Assert.True(process.WaitForExit(Patience), $"still running: {Title}");
        // Once more, without a limit: the last lines arrive.
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString().Trim();
        }
    }
}
