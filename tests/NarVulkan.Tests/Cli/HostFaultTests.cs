using System.Diagnostics;
using System.Globalization;
using NarVulkan.Cli.Media;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>
/// The program among what can go wrong around it: interrupted at any moment, its terminal closed, the disk full. It ends soon, with the code that
/// belongs to it, and every file that it leaves is whole. NARVK_TEST_FAULTS=all interrupts it at many more moments.
/// </summary>
[Collection(ModelCollection.Name)]
public sealed class HostFaultTests(ModelFixture fixture) : IDisposable
{
    private const int Cancelled = 130, Failed = 1;

    /// <summary>Milliseconds: a second is promised; the rest is for machines that are busy with other tests.</summary>
    private const int Patience = 20_000;

    private static readonly string[] Work = ["--video", "demo", "--class", "0-5", "--seed", "1", "--format", "png", "--out", "clips", "--dump-tokens", "t.npy", "--dump-frames", "f.npy"];

    private readonly TemporaryFolder folder = new();
    private readonly List<Process> started = [];

    public static TheoryData<int, string> Moments
    {
        get
        {
            string[] signals = ["INT", "TERM", "HUP"];
            int[] moments = Environment.GetEnvironmentVariable("NARVK_TEST_FAULTS") == "all"
                ? [.. Enumerable.Range(0, 60).Select(i => i * 50)]
                : [100, 700, 1400];
            TheoryData<int, string> data = [];
            foreach (var (moment, i) in moments.Select((moment, i) => (moment, i)))
            {
                data.Add(moment, signals[i % signals.Length]);
            }
            return data;
        }
    }

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

    // Early moments come upon more work than could be done by then: a program that took no notice would end with 0. Late ones come upon files being written.
    [SkippableTheory]
    [MemberData(nameof(Moments))]
    public void Signal_AtAnyMoment_LeavesNothingHalfWritten(int milliseconds, string signal)
    {
        RequireUnix();
        bool early = milliseconds < 1000;
        Process process = Start(NarvkProcess.StartInfo(early ? [.. Work, "--count", "40"] : Work));
        Thread.Sleep(milliseconds);
        Send(signal, process.Id);
        Assert.True(process.WaitForExit(Patience), "still running");
        // 128 and the signal's number: it had not begun to listen; for SIGINT that is the code of a cancelled run. 0: it was done before.
        Assert.Contains(process.ExitCode, (int[])[Cancelled, 128 + 15, 128 + 1, .. early ? Array.Empty<int>() : [0]]);
        RequireWholeFiles(folder.Path);
    }

    [SkippableTheory]
    [InlineData(20)]
    [InlineData(6000)]
    public void Disk_Full_IsOneLineAndLeavesNothingHalfWritten(int kibibytes) =>
        RequireWholeFiles(RunOnSmallDisk(kibibytes, Work));

    // What a run can take up again is kept, so only the words are looked at. Of 4 KiB the journal takes all.
    [SkippableTheory]
    [InlineData(4)]
    [InlineData(200)]
    public void Disk_FullForAnArrayOfSamples_IsOneLine(int kibibytes) =>
        RunOnSmallDisk(kibibytes, ["--video", "demo", "--seed", "1", "--samples", "12", "--npz", "s.npz"]);

    /// <summary>The folder that what was left on the full disk is copied to.</summary>
    private string RunOnSmallDisk(int kibibytes, string[] work)
    {
        RequireUnix();
        Skip.IfNot(CanMount(), "this machine allows no mounts, so there is no disk to fill");
        string disk = Directory.CreateDirectory(folder["disk"]).FullName, left = Directory.CreateDirectory(folder["left"]).FullName;
        // What is on the small disk is copied off it before it goes.
        ProcessStartInfo program = NarvkProcess.StartInfo(work);
        Process process = Start(new ProcessStartInfo("unshare",
        [
            "-m", "bash", "-c",
            """mount -t tmpfs -o size="$1" none "$2" && cd "$2" && left=$3 && shift 3 && { code=0; "$@" || code=$?; cp -a . "$left"; exit "$code"; }""",
            "narvk", kibibytes.ToString(CultureInfo.InvariantCulture) + "k", disk, left, program.FileName, .. program.ArgumentList,
        ]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(5 * Patience), "still running");
        Assert.Equal(Failed, process.ExitCode);
        Assert.StartsWith("narvk: ", Assert.Single(error.Result.Split('\n'), line => line.Contains("the disk is full", StringComparison.Ordinal)), StringComparison.Ordinal);
        return left;
    }

    [SkippableFact]
    public void Terminal_Closed_EndsTheProgram()
    {
        RequireUnix();
        Skip.IfNot(File.Exists("/usr/bin/script"), "there is no program 'script' to make a terminal with");
        // Enough work for minutes, in a terminal that goes away with 'script'.
        // The tests themselves may run under nohup.
        string command = $"echo $$ >pid; exec env --default-signal=INT,TERM,HUP '{NarvkProcess.DotNet}' '{NarvkProcess.Program}' --video demo --class 0-27 --count 50 --seed 1 --out clips";
        Process terminal = Start(new ProcessStartInfo("script", ["-qec", command, "/dev/null"]));
        int id = WaitForId(folder["pid"]);
        Thread.Sleep(1500);
        Assert.True(IsRunning(id), "it ended before its terminal was closed");
        terminal.Kill();
        Stopwatch watch = Stopwatch.StartNew();
        while (IsRunning(id))
        {
            if (watch.ElapsedMilliseconds > Patience)
            {
                // Nobody else knows of it by now.
                Send("KILL", id);
                Assert.Fail("still running without its terminal");
            }
            Thread.Sleep(20);
        }
        File.Delete(folder["pid"]);
        RequireWholeFiles(folder.Path);
    }

    [SkippableTheory]
    [InlineData("INT", 1)]
    [InlineData("TERM", 1)]
    [InlineData("INT", 2)]
    public void Terminal_Frozen_SignalEndsTheProgram(string signal, int times)
    {
        RequireUnix();
        Skip.IfNot(File.Exists("/usr/bin/script"), "there is no program 'script' to make a terminal with");
        // 'script' is stopped, so nobody reads the terminal, which is then filled: the program blocks in its next write.
        string fill = "(while [ ! -e frozen ]; do sleep 0.05; done; timeout --foreground 0.5 cat /dev/zero; echo 1 >full) &";
        // As NarvkProcess does: what a shell runs in the background ignores SIGINT, and so do its children.
        string work = $"echo $$ >pid; exec env --default-signal=INT,TERM \"{NarvkProcess.DotNet}\" \"{NarvkProcess.Program}\" --video demo --class 0-27 --count 50 --seed 1 --out clips";
        Process terminal = Start(new ProcessStartInfo("script", ["-qec", $"{fill} sh -c '{work}'; echo $? >code", "/dev/null"]));
        int id = WaitForId(folder["pid"]);
        Thread.Sleep(1500);
        Send("STOP", terminal.Id);
        File.WriteAllText(folder["frozen"], "");
        WaitForId(folder["full"]);
        Thread.Sleep(1000);
        Assert.True(IsRunning(id), "it ended before it was interrupted");
        for (int i = 0; i < times; i++)
        {
            Send(signal, id);
        }
        Stopwatch watch = Stopwatch.StartNew();
        while (IsRunning(id))
        {
            Assert.True(watch.ElapsedMilliseconds < Patience, "still running in a terminal that takes nothing");
            Thread.Sleep(20);
        }
        Assert.Equal(Cancelled, WaitForId(folder["code"]));
        foreach (string file in (string[])["pid", "frozen", "full", "code"])
        {
            File.Delete(folder[file]);
        }
        RequireWholeFiles(folder.Path);
    }

    [SkippableFact]
    public void Hangup_UnderNohup_IsIgnored()
    {
        RequireUnix();
        Process process = Start(new ProcessStartInfo("nohup", [NarvkProcess.DotNet, NarvkProcess.Program, .. Work]));
        Thread.Sleep(700);
        Send("HUP", process.Id);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(5 * Patience), "still running");
        Assert.True(process.ExitCode == 0, error.Result);
    }

    [SkippableFact]
    public void Output_ReaderOfAResultGoesAway_IsNoError()
    {
        RequireUnix();
        Process process = Start(new ProcessStartInfo("bash",
            ["-c", $"'{NarvkProcess.DotNet}' '{NarvkProcess.Program}' --video demo --class 0 --seed 1 --out a.png --json | true; exit ${{PIPESTATUS[0]}}"]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(5 * Patience), "still running");
        Assert.True(process.ExitCode == 0, error.Result);
        RequireWholeFiles(folder.Path);
    }

    [SkippableTheory]
    [InlineData("2>&-")]
    [InlineData(">&-")]
    public void Stream_WasClosed_WorkIsDone(string closing)
    {
        RequireUnix();
        Process process = Start(new ProcessStartInfo("bash", ["-c", $"'{NarvkProcess.DotNet}' '{NarvkProcess.Program}' --video demo --class 0 --seed 1 --out a.png {closing}"]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(5 * Patience), "still running");
        Assert.True(process.ExitCode == 0, error.Result);
        RequireWholeFiles(folder.Path);
        Assert.True(File.Exists(folder["a.png"]));
    }

    [SkippableTheory]
    [InlineData("0-27", "--count", "100", "2800 samples take")]
    [InlineData("0", "--scale", "32", "a sample's pictures enlarged by --scale 32 take")]
    public void Memory_TooLittleForAllResults_IsRefusedWithAnEstimate(string classes, string option, string value, string refusal)
    {
        RequireUnix();
        // A runtime of 256 MiB, as in a small container.
        Process process = Start(new ProcessStartInfo("env",
            ["DOTNET_GCHeapHardLimit=0x10000000", NarvkProcess.DotNet, NarvkProcess.Program, "--video", "demo", "--class", classes, option, value, "--out", "clips"]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(5 * Patience), "still running");
        Assert.Contains(refusal, error.Result, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
        Assert.False(Directory.Exists(folder["clips"]));
    }

    private static bool CanMount()
    {
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", "mount -t tmpfs none /mnt"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>No temporary files, and what has a name is what it says.</summary>
    private static void RequireWholeFiles(string path)
    {
        foreach (string file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            switch (Path.GetExtension(file))
            {
                case ".png":
                    Assert.NotEmpty(PngReader.Read(file, file).Frames);
                    break;
                case ".npy":
                    Assert.NotEmpty(NarVulkan.Checkpoints.NpyFile.Read(file).Shape);
                    break;
                default:
                    Assert.Fail($"left behind: {file}");
                    break;
            }
        }
    }

    private void RequireUnix()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals, mounts and terminals of Unix");
        fixture.RequireContext();
        fixture.SkipIfSlow("what happens around the program is the same on every driver");
    }

    // Standard input stays open: a terminal whose input has ended would end what runs in it.
    private Process Start(ProcessStartInfo start)
    {
        start.WorkingDirectory = folder.Path;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        start.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        started.Add(process);
        return process;
    }

    private static void Send(string signal, int process)
    {
        using Process kill = Process.Start(new ProcessStartInfo("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static int WaitForId(string file)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int id;
        while (!File.Exists(file) || !int.TryParse(File.ReadAllText(file).TrimEnd(), CultureInfo.InvariantCulture, out id))
        {
            Assert.True(watch.ElapsedMilliseconds < Patience, "it did not start");
            Thread.Sleep(20);
        }
        return id;
    }

    // One that has ended and that nobody has asked for its code still has a number.
    private static bool IsRunning(int id)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{id}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
