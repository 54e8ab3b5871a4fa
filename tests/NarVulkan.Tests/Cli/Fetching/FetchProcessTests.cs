using System.Diagnostics;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>What only a process of its own can show: Ctrl+C in the middle of a download, and the same command once more.</summary>
public sealed class FetchProcessTests : IDisposable
{
    private const int Stop = 200_000;
    private const int Patience = 60_000;

    private readonly FetchRig rig = new();
    private readonly List<Process> started = [];

    /// <summary>Also ends what a failed test left running.</summary>
    public void Dispose()
    {
        foreach (Process process in started.Where(process => !process.HasExited))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        started.ForEach(process => process.Dispose());
        rig.Dispose();
    }

    [SkippableFact]
    public void Signal_MidwayAndTheSameCommandAgain_GoesOn()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent with kill");
        rig.Hub.On(FetchRig.Path, request => TestHub.File(FetchRig.Weights)(request) with { StopsAfter = Stop, Stalls = true });
        rig.WriteCatalog();
        Process first = Start();
        Assert.True(SpinWait.SpinUntil(() => first.HasExited || (File.Exists(rig.Part) && new FileInfo(rig.Part).Length == Stop), Patience), "nothing came");
        using (Process kill = Process.Start("kill", ["-INT", first.Id.ToString()]))
        {
            kill.WaitForExit();
        }
        Assert.True(first.WaitForExit(Patience), "still running");
        Assert.Equal(130, first.ExitCode);
        Assert.Contains($"narvk: cancelled; {rig.Part} keeps 200 kB", first.StandardError.ReadToEnd());

        rig.Hub.On(FetchRig.Path, TestHub.File(FetchRig.Weights));
        Process second = Start();
        string error = second.StandardError.ReadToEnd();
        Assert.True(second.WaitForExit(Patience), "still running");
        Assert.True(second.ExitCode == 0, error);
        Assert.Equal(Stop, rig.Hub.Requests[^1].From);
        Assert.Equal(FetchRig.Weights, File.ReadAllBytes(rig.Target));
        Assert.Equal(["tiny/SHA256SUMS", "tiny/generator.weights", "tiny/narvk.json"], rig.Files);
    }

    private Process Start()
    {
        ProcessStartInfo start = NarvkProcess.StartInfo("fetch", FetchRig.Model, "--manifest", "catalog.json");
        start.WorkingDirectory = rig.Cli.Folder.Path;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        start.Environment["XDG_DATA_HOME"] = rig.Cli.Folder["user-data"];
        foreach (string variable in (string[])["HF_TOKEN", "HF_ENDPOINT", "NARVK_WEIGHTS"])
        {
            start.Environment.Remove(variable);
        }
        Process process = Process.Start(start)!;
        started.Add(process);
        return process;
    }
}
