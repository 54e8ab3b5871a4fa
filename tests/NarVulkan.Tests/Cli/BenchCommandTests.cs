using System.Text.Json;
using NarVulkan.Benchmarks;
using NarVulkan.Benchmarks.Kernels;
using NarVulkan.Benchmarks.Subjects;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Bench_Report_HasAlignedColumnsForEveryPart()
    {
        CliResult result = cli.Run("bench", "--random-weights", "nar-s-ucf", "--batch", "1,4", "--decode");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("  device  Fake device, software", result.OutputLines[0]);
        Assert.Contains("  copy    1.0 GB/s read and written, 1.0 MiB at a time", result.OutputLines);
        Assert.Contains("  peak    1.0 GFLOP/s of float32 multiply-adds, without matrix units", result.OutputLines);
        Assert.Contains("  model   nar-s-ucf (random weights): nar-c2v, 1.5 M weights in fp32, 2x2x2 tokens of 4, 2 steps, guidance 1.5", result.OutputLines);
        Assert.Equal(
            [
                "  cache  runs  first token",
                "  cold      3       750 ms  750 ms to 750 ms",
                "  warm      5       500 ms  500 ms to 500 ms",
            ],
            // What follows is the time that the fake processes took, whatever it was.
            Section(result, "Start-up").Select(line => line[..44].TrimEnd()));
        Assert.Equal(
            [
                "  kernel       shape       calls     time     best  GFLOP/s  of peak  GB/s  of copy  by processor time",
                "  product qkv  2 x 24 x 8      6  4.00 ms  2.00 ms      0.5     50 %   0.0      3 %            3.00 ms",
                "  embed        2 x 8           1  10.0 us  10.0 us        -        -   0.1     10 %                  -",
            ],
            Section(result, "Kernels"));
        Assert.Equal(
            [
                "  step  rows  keys  sampled    weights     time    limit    embed   blocks    heads  submission",
                "     0     2     1        1  976.6 KiB  10.0 ms  1.00 ms  1.00 ms  7.00 ms  2.00 ms     11.0 ms",
                "     1     6     4        3  976.6 KiB  10.0 ms  1.00 ms  1.00 ms  7.00 ms  2.00 ms     12.0 ms",
                "   all                    4    1.9 MiB  20.0 ms  2.00 ms  2.00 ms  14.0 ms  4.00 ms     23.0 ms",
            ],
            Section(result, "Steps"));
        IReadOnlyList<string> generations = Section(result, "Generations");
        Assert.Equal(
            "  batch  seconds                    first run  prefill   steps  tokens/s  videos/s    limit  process  thread  managed  in steps",
            generations[0]);
        Assert.StartsWith("      4   500 ms  400 ms to 600 ms     900 ms   100 ms  400 ms      64.0     8.000  2.00 ms   700 ms       -  2.0 KiB      16 B", generations[2]);
        Assert.Contains("  first 500 ms, with loading and compilation; then 250 ms (200 ms to 300 ms)", result.OutputLines);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void Bench_Json_HasEveryPartUnderItsName()
    {
        using JsonDocument document = JsonDocument.Parse(cli.Run("bench", "--random-weights", "nar-s-ucf", "--batch", "1,4", "--decode", "--json").Output);
        JsonElement root = document.RootElement;
        Assert.Equal("bench", root.GetProperty("command").GetString());
        Assert.Equal("Fake device", root.GetProperty("device").GetProperty("name").GetString());
        Assert.Equal(1e9, root.GetProperty("ceilings").GetProperty("copyBytesPerSecond").GetDouble());
        Assert.Equal(("nar-s-ucf", "random"), (root.GetProperty("model").GetProperty("name").GetString(), root.GetProperty("model").GetProperty("weights").GetString()));
        Assert.Equal(["cold", "warm"], root.GetProperty("startup").EnumerateArray().Select(start => start.GetProperty("cache").GetString()));
        Assert.Equal(0.75, root.GetProperty("startup")[0].GetProperty("firstToken").GetProperty("median").GetDouble());
        JsonElement kernel = root.GetProperty("kernels")[0];
        Assert.Equal((6, 0.004, 5e8, 0.5, 0.025), (
            kernel.GetProperty("calls").GetInt32(), kernel.GetProperty("seconds").GetDouble(), kernel.GetProperty("flopsPerSecond").GetDouble(),
            kernel.GetProperty("fractionOfPeak").GetDouble(), kernel.GetProperty("fractionOfBandwidth").GetDouble()));
        JsonElement steps = root.GetProperty("steps");
        Assert.Equal((0.02, 0.002, 2), (steps.GetProperty("deviceSeconds").GetDouble(), steps.GetProperty("bandwidthLimit").GetDouble(), steps.GetProperty("steps").GetArrayLength()));
        Assert.Equal(0.014, steps.GetProperty("parts").GetProperty("blocks").GetDouble());
        JsonElement generation = root.GetProperty("generations")[1];
        Assert.Equal((4, 64.0, 8.0), (
            generation.GetProperty("batch").GetInt32(), generation.GetProperty("tokensPerSecond").GetDouble(), generation.GetProperty("samplesPerSecond").GetDouble()));
        Assert.Equal(16, generation.GetProperty("host").GetProperty("allocatedBytesInSteps").GetInt32());
        Assert.False(generation.GetProperty("host").TryGetProperty("threadSeconds", out _));
        Assert.Equal(2, generation.GetProperty("commands").GetProperty("submissions").GetInt32());
        Assert.Equal(
            ["weights 1", "cache 2", "scratch 3", "logits 4", "inputs 5", "staging 6", "others 7", "total 28", "peak 32", "hostPeak 64"],
            generation.GetProperty("memory").EnumerateObject().Select(part => $"{part.Name} {part.Value.GetInt32() >> 20}"));
        Assert.Equal(0.25, root.GetProperty("decode").GetProperty("seconds").GetProperty("median").GetDouble());
    }

    [Fact]
    public void Bench_Options_ReachTheEngine()
    {
        CliResult result = cli.Run(
            "bench", "--random-weights", "PAR-xl-16x-imagenet", "--grid", "16,16", "--vocabulary", "100", "--classes", "7", "--only", "generation,load", "--runs", "9",
            "--batch", "2,8", "--cfg", "4", "--precision", "bf16", "--device", "x", "--all-shapes", "--suite", "matmul");
        Assert.True(result.Code == 0, result.Error);
        BenchSettings settings = cli.Engine.BenchSettings!;
        Assert.Equal(BenchParts.Generation | BenchParts.Load, settings.Parts);
        Assert.Equal([2, 8], settings.Batches);
        Assert.Equal([KernelSuite.Matmul], settings.Suites);
        Assert.Equal((9, 4f, NarPrecision.BFloat16, true), (settings.Runs, settings.Guidance, settings.Precision, settings.AllShapes));
        Assert.Equal("x", cli.Engine.ContextOptions!.Device);
        NarRandomModel random = settings.Random!;
        Assert.Equal(("par-c2i", 1280, 36, 20, 100, 7, 16), (random.Architecture, random.Width, random.Blocks, random.Heads, random.Vocabulary, random.Classes, random.ParallelTokens));
        Assert.Equal([16, 16], random.Grid);
        Assert.Empty(cli.Engine.Processes);
    }

    [Fact]
    public void Bench_NoModelGiven_TakesTheDemoWhereItIsInstalledAndRandomWeightsElse()
    {
        Assert.Equal(0, cli.Run("bench", "--only", "load").Code);
        Assert.Equal(384, cli.Engine.BenchSettings!.Random!.Width);
        string demo = cli.Install("demo-video", classes: FakeEngine.ClassNames);
        Assert.Equal(0, cli.Run("bench", "--only", "load").Code);
        Assert.Equal((demo, null), (cli.Engine.BenchSettings!.Directory, cli.Engine.BenchSettings.Random));
    }

    [Fact]
    public void Bench_SuiteAlone_LoadsNoModel()
    {
        CliResult result = cli.Run("bench", "--suite", "conv,attention");
        Assert.True(result.Code == 0, result.Error);
        Assert.False(cli.Engine.BenchSettings!.NeedsModel);
        Assert.Contains(result.OutputLines, line => line.StartsWith("Kernels", StringComparison.Ordinal));
        Assert.DoesNotContain(result.OutputLines, line => line.StartsWith("  model", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    public void Bench_Startup_StartsProcessesWithTheSameModelAndCachesOfTheirOwn(int runs, int cold)
    {
        Assert.Equal(0, cli.Run("bench", "--random-weights", "nar-b-imagenet", "--grid", "8,8", "--cfg", "2", "--only", "startup", "--runs", runs.ToString()).Code);
        Assert.Equal(cold + runs, cli.Engine.Processes.Count);
        Assert.All(cli.Engine.Processes, process => Assert.Equal("bench --startup-probe --random-weights nar-b-imagenet --grid 8,8 --cfg 2", process.CommandLine));
        string[] caches = [.. cli.Engine.Processes.Select(process => process.Environment["XDG_CACHE_HOME"])];
        Assert.Equal(cold, caches.Distinct().Count());
        Assert.All(caches[cold..], cache => Assert.Equal(caches[0], cache));
        Assert.All(caches, cache => Assert.False(Directory.Exists(cache)));
    }

    [Fact]
    public void Bench_StartupProbe_WritesThePhasesOfOneGeneration()
    {
        cli.Install("demo-video", classes: FakeEngine.ClassNames);
        using JsonDocument document = JsonDocument.Parse(cli.Run("bench", "--startup-probe", "--video", "demo").Output);
        Assert.Equal(
            ["runtime", "command line", "device", "load", "record", "prefill", "steps", "decode"],
            document.RootElement.GetProperty("phases").EnumerateObject().Select(phase => phase.Name));
        Assert.True(document.RootElement.GetProperty("firstToken").GetDouble() > 0);
        Assert.True(cli.Engine.Request!.DecodeFrames);
    }

    [Fact]
    public void Bench_WrongResult_FailsAndPrintsNoTime()
    {
        cli.Engine.DuringGeneration = () => throw Verification.Failure("rms norm", "element 0 is 1 instead of 2");
        string line = cli.Run("bench", "--random-weights", "nar-s-ucf").FailsWith(4);
        Assert.Contains("rms norm is wrong on this device: element 0 is 1 instead of 2; nothing is timed", line);
    }

    [Fact]
    public void Bench_Cancelled_ExitsWith130()
    {
        using CancellationTokenSource source = new();
        cli.Engine.DuringGeneration = source.Cancel;
        CliResult result = cli.Run(source.Token, "bench", "--random-weights", "nar-s-ucf", "--only", "kernels");
        Assert.Equal((130, ""), (result.Code, result.Output));
    }

    [Fact]
    public void Bench_Quiet_PrintsNothing()
    {
        CliResult result = cli.Run("bench", "--random-weights", "nar-s-ucf", "--quiet");
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public void Bench_List_NamesEveryPublishedSizeOfEveryArchitecture()
    {
        CliResult result = cli.Run("bench", "--list");
        string[] names = [.. result.OutputLines.Select(line => line.Trim().Split(' ')[0])];
        Assert.Equal(PublishedModels.All.Select(model => model.Name), names);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Subset(names.ToHashSet(), new HashSet<string> { "nar-s-ucf", "nar-l-ucf", "nar-lp-ucf", "larp-l-ucf", "nar-b-imagenet", "nar-xl-imagenet", "llamagen-7b-imagenet384", "par-xl-4x-imagenet" });
        foreach (bool isVideo in new[] { false, true })
        {
            Assert.All(PublishedSizes.Names(isVideo), size => Assert.Contains(PublishedModels.All, model =>
                (model.Random.Width, model.Random.Blocks, model.Random.Heads) == PublishedSizes.Find(isVideo, size) && model.Random.Grid.Count == (isVideo ? 3 : 2)));
        }
    }

    [Fact]
    public void RandomWeights_EveryName_IsAModelThatCanBeMade()
    {
        foreach (string name in PublishedModels.Names)
        {
            PublishedModel model = PublishedModels.Find(name)!;
            Assert.NotNull(model);
            // Describes the model and every tensor, without computing a weight.
            ModelFolder folder = RandomModelLoading.Describe(model.Random);
            using WeightFile file = RandomModelLoading.Weights(model.Random, folder.Generator!);
            Assert.NotEmpty(file.Tensors);
        }
    }

    [Theory]
    [InlineData("llama-abs-S", "nar-c2v", 384, 12, 6)]
    [InlineData("gpt-b", "nar-c2i", 768, 12, 12)]
    [InlineData("larp-c2v:LP", "larp-c2v", 1280, 30, 20)]
    [InlineData("par-c2i:64x2x4", "par-c2i", 64, 2, 4)]
    public void RandomWeights_OtherSpellings_AreUnderstood(string name, string architecture, int width, int blocks, int heads)
    {
        NarRandomModel random = PublishedModels.Find(name)!.Random;
        Assert.Equal((architecture, width, blocks, heads), (random.Architecture, random.Width, random.Blocks, random.Heads));
    }

    private static IReadOnlyList<string> Section(CliResult result, string heading) =>
        [.. result.OutputLines.SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))];
}
