using System.Diagnostics;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>What only a process of its own can show: signals and broken pipes.</summary>
[Collection(ModelCollection.Name)]
public sealed class ProcessTests(ModelFixture fixture) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Process> started = [];

    /// <summary>Also ends what a failed test left running.</summary>
    public void Dispose()
    {
        foreach (Process process in started.Where(process => !process.HasExited))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        folder.Dispose();
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Signal_DuringAGeneration_StopsWithinASecondAndExitsWith130(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent with kill");
        fixture.RequireContext();
        // Enough work for minutes on any device, so that the signal always meets it.
        Process process = Start("--video", "demo", "--class", "0-27", "--count", "50", "--seed", "1", "--verbose");
        WaitForLine(process.StandardError, "device ");
        Thread.Sleep(1000);
        using (Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]))
        {
            kill.WaitForExit();
        }
        Stopwatch watch = Stopwatch.StartNew();
        Assert.True(process.WaitForExit(10_000), "still running");
        // The promise is a second; the rest is for a machine that is busy with other tests.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("narvk: cancelled", process.StandardError.ReadToEnd());
        Assert.Empty(folder.Files);
    }

    [SkippableFact]
    public void Output_ReaderGoesAway_IsNoError()
    {
        Skip.If(OperatingSystem.IsWindows(), "pipes are closed by a shell here");
        Process process = StartShell("'{0}' '{1}' --help | true; exit ${{PIPESTATUS[0]}}");
        Assert.True(process.WaitForExit(60_000), "still running");
        Assert.Equal("", process.StandardError.ReadToEnd());
        Assert.Equal(0, process.ExitCode);
    }

    private Process Start(params string[] arguments) => Start(NarvkProcess.StartInfo(arguments));

    private Process StartShell(string script) => Start(new ProcessStartInfo("bash", ["-c", string.Format(null, script, NarvkProcess.DotNet, NarvkProcess.Program)]));

    private Process Start(ProcessStartInfo start)
    {
        start.WorkingDirectory = folder.Path;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        start.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        Process process = Process.Start(start)!;
        started.Add(process);
        return process;
    }

    private static void WaitForLine(StreamReader reader, string text)
    {
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }
        Assert.Fail($"the program ended before it said '{text}'");
    }
}
