using System.Diagnostics;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Large runs and comparisons on the device, with the golden image model and its tokenizer; what only a killed process can show, too.</summary>
[Collection(ModelCollection.Name)]
public sealed class SampleEndToEndTests : IDisposable
{
    private const string Model = "golden/nar-c2i";

    private const string WhatNoDriverChanges =
        "SwiftShader: many pictures for what no driver changes; that a sample does not depend on its batch is shown by SeedTests and VqGoldenTests";

    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly CliRunner cli = new(new VulkanEngine());

    /// <summary>SwiftShader takes some ten seconds for a picture: there what does not depend on the driver is left out.</summary>
    private readonly bool slow;

    /// <summary>A processor takes a third of a second for a picture, a GPU a few milliseconds.</summary>
    private readonly bool software;

    public SampleEndToEndTests(ModelFixture fixture)
    {
        slow = fixture.IsSlow;
        software = fixture.IsSoftware;
        cli.Environment["NARVK_ROOT"] = TestPaths.RepositoryRoot;
    }

    public void Dispose() => cli.Dispose();

    /// <summary>The original's own array, made by its script from the same classes; a value on the edge of two may fall to either side.</summary>
    [SkippableFact]
    public void Npz_GoldenPipeline_IsTheOriginalsArray()
    {
        Run("--model", TestPaths.Fixture(Model), "--class", "0,3", "--greedy", "--cfg", "2.5", "--npz", "a.npz");
        (int[] shape, byte[] bytes) = NpzFiles.Read(cli.Folder["a.npz"]);
        // The golden file has the channels first.
        NpyArray golden = NpyFile.Read(TestPaths.Fixture("golden/vq-image/pipeline_nar_c2i_cfg2.5__image_uint8.npy"));
        Assert.Equal([2, 64, 64, 3], shape);
        Assert.Equal([2, 3, 64, 64], golden.Shape);
        int[] planes = golden.ToInts();
        const int area = 64 * 64;
        int[] differences = bytes.Select((value, i) => Math.Abs(value - planes[i / (3 * area) * 3 * area + i % 3 * area + i / 3 % area])).ToArray();
        Assert.InRange(differences.Max(), 0, 1);
        Assert.InRange(differences.Count(difference => difference > 0), 0, bytes.Length / 1000);
    }

    [SkippableFact]
    public void Samples_TwoShards_AreTheUnshardedRunByteForByte()
    {
        Skip.If(slow, WhatNoDriverChanges);
        // More than one batch for each shard, of either size.
        int samples = software ? 18 : 64;
        string[] common = ["--model", TestPaths.Fixture(Model), "--samples", $"{samples}", "--seed", "3", "--cfg", "2.5"];
        Run([.. common, "--npz", "all.npz", "--out", "all"]);
        Run([.. common, "--npz", "s.npz", "--out", "sharded", "--shard", "1/2", "--batch", "7"]);
        Run([.. common, "--npz", "s.npz", "--out", "sharded", "--shard", "0/2"]);
        Assert.Equal(0, cli.Run("join", "joined.npz", "s.shard-0-of-2.npz", "s.shard-1-of-2.npz").Code);
        Assert.Equal(File.ReadAllBytes(cli.Folder["all.npz"]), File.ReadAllBytes(cli.Folder["joined.npz"]));
        for (int g = 0; g < samples; g++)
        {
            Assert.Equal(File.ReadAllBytes(cli.Folder[$"all/{g:D6}.png"]), File.ReadAllBytes(cli.Folder[$"sharded/{g:D6}.png"]));
        }
    }

    [SkippableFact]
    public void Samples_AClass_AreThoseOfAnOrdinaryRun()
    {
        Skip.If(slow, WhatNoDriverChanges);
        string[] common = ["--model", TestPaths.Fixture(Model), "--seed", "3"];
        Run([.. common, "--samples", "6", "--class", "4,2", "--npz", "all.npz"]);
        Run([.. common, "--class", "2", "--count", "3", "--npz", "ordinary.npz"]);
        (int[] shape, byte[] all) = NpzFiles.Read(cli.Folder["all.npz"]);
        byte[] ordinary = NpzFiles.Read(cli.Folder["ordinary.npz"]).Bytes;
        int bytes = shape[1] * shape[2] * shape[3];
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(ordinary.AsSpan(k * bytes, bytes), all.AsSpan((2 * k + 1) * bytes, bytes));
        }
    }

    [SkippableFact]
    public void Samples_ProcessStoppedTwiceAndStartedAgain_GoesOnToTheSameBytes()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent with kill");
        Skip.If(slow, WhatNoDriverChanges);
        // A GPU makes many before a signal reaches the process.
        int samples = software ? 16 : 240;
        string[] common = ["--model", TestPaths.Fixture(Model), "--samples", $"{samples}", "--seed", "3", "--cfg", "1", "--device", TestDevice];
        Run([.. common, "--npz", "all.npz"]);
        string[] command = [.. common, "--npz", "s.npz", "--out", "png", "--batch", "2"];
        Stop("KILL", 128 + 9, picture: 3);
        Stop("INT", 130, picture: 9);
        using JsonDocument json = JsonDocument.Parse(Run([.. command, "--json"]).Output);
        int earlier = json.RootElement.GetProperty("madeEarlier").GetInt32();
        Assert.InRange(earlier, 8, samples - 2);
        Assert.Equal(samples - earlier, json.RootElement.GetProperty("madeNow").GetInt32());
        Assert.Equal(File.ReadAllBytes(cli.Folder["all.npz"]), File.ReadAllBytes(cli.Folder["s.npz"]));
        Assert.Equal(samples, Directory.GetFiles(cli.Folder["png"], "*.png").Length);

        // Some batches in, and long before the end.
        void Stop(string signal, int code, int picture)
        {
            using Process process = Start(command);
            Stopwatch waited = Stopwatch.StartNew();
            while (!File.Exists(cli.Folder[$"png/{picture:D6}.png"]))
            {
                Assert.False(process.HasExited, "the process ended by itself");
                Assert.InRange(waited.Elapsed.TotalSeconds, 0, 120);
                Thread.Sleep(20);
            }
            using (Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]))
            {
                kill.WaitForExit();
            }
            Assert.True(process.WaitForExit(10_000), "still running");
            Assert.Equal(code, process.ExitCode);
            Assert.False(File.Exists(cli.Folder["s.npz"]));
        }
    }

    [SkippableFact]
    public void Compare_GoldenModel_TimesItAgainstRandomWeightsOfItsSize()
    {
        Skip.If(slow, WhatNoDriverChanges);
        using JsonDocument json = JsonDocument.Parse(Run("--compare", "--model", TestPaths.Fixture(Model), "--json").Output);
        JsonElement[] rows = json.RootElement.GetProperty("schedules").EnumerateArray().ToArray();
        Assert.Equal(["raster", "PAR, 4 tokens", "PAR, 16 tokens", "NAR"], rows.Select(row => row.GetProperty("schedule").GetString()));
        Assert.Equal([64, 19, 19, 15], rows.Select(row => row.GetProperty("steps").GetInt32()));
        Assert.Equal("golden-nar-c2i", rows[^1].GetProperty("weights").GetString());
        Assert.All(rows, row => Assert.True(row.GetProperty("seconds").GetDouble() > 0));
    }

    [SkippableFact]
    public void Compare_GoldenVideoModel_TimesItAgainstARasterOne()
    {
        Skip.If(slow, WhatNoDriverChanges);
        CliResult video = Run("--compare", "--model", TestPaths.Fixture("golden/nar-c2v"));
        Assert.Equal(2, video.OutputLines.Count(line => line.StartsWith("  raster  ") || line.StartsWith("  NAR  ")));
    }

    private Process Start(string[] arguments)
    {
        ProcessStartInfo start = NarvkProcess.StartInfo([.. arguments, "--quiet"]);
        start.WorkingDirectory = cli.Folder.Path;
        return Process.Start(start)!;
    }

    private CliResult Run(params string[] arguments)
    {
        CliResult result = cli.Run(arguments.Contains("--device") ? arguments : [.. arguments, "--device", TestDevice]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }
}
