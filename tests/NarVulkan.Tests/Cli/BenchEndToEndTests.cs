using System.Buffers.Binary;
using System.Text.Json;
using NarVulkan.Cli.Engine;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Benchmarks on the device, of a model that is as small as they come.</summary>
[Collection(ModelCollection.Name)]
public sealed class BenchEndToEndTests : IDisposable
{
    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private static readonly string[] Tiny = ["bench", "--random-weights", "nar-c2v:32x1x2", "--grid", "2,2,2", "--vocabulary", "64", "--classes", "5", "--precision", "fp32", "--device", TestDevice];

    private readonly CliRunner cli = new(new VulkanEngine());
    private readonly ModelFixture fixture;

    public BenchEndToEndTests(ModelFixture fixture)
    {
        this.fixture = fixture;
        fixture.RequireContext();
    }

    public void Dispose() => cli.Dispose();

    [SkippableFact]
    public void Bench_OnTheDevice_MeasuresEveryPart()
    {
        CliResult result = cli.Run([.. Tiny, "--only", "kernels,steps,generation", "--runs", "2", "--batch", "1,2", "--json"]);
        Assert.True(result.Code == 0, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.True(root.GetProperty("ceilings").GetProperty("copyBytesPerSecond").GetDouble() > 0);
        Assert.True(root.GetProperty("ceilings").GetProperty("multiplyAddsPerSecond").GetDouble() > 0);
        JsonElement[] kernels = [.. root.GetProperty("kernels").EnumerateArray()];
        string[] expected =
        [
            "product qkv, cache", "product attention out", "product gate, up", "product down", "product logits", "attention", "embed", "rms norm", "votes", "sample",
        ];
        Assert.Equal(expected, kernels.Select(kernel => kernel.GetProperty("kernel").GetString()).Distinct());
        Assert.All(kernels, kernel => Assert.True(kernel.GetProperty("seconds").GetDouble() > 0));
        JsonElement[] steps = [.. root.GetProperty("steps").GetProperty("steps").EnumerateArray()];
        // T + H + W - 2 of a grid of 2 x 2 x 2.
        Assert.Equal(4, steps.Length);
        Assert.Equal(8, steps.Sum(step => step.GetProperty("sampled").GetInt32()));
        Assert.All(steps, step => Assert.True(step.GetProperty("wallSeconds").GetDouble() > 0));
        JsonElement[] generations = [.. root.GetProperty("generations").EnumerateArray()];
        Assert.Equal([8, 16], generations.Select(generation => generation.GetProperty("tokens").GetInt32()));
        Assert.All(generations, generation => Assert.True(generation.GetProperty("commands").GetProperty("dispatches").GetInt32() > 20));
        Assert.All(generations.Select(generation => generation.GetProperty("memory")), memory =>
        {
            string[] parts = ["weights", "cache", "scratch", "logits", "inputs"];
            Assert.All(parts, part => Assert.True(memory.GetProperty(part).GetInt64() > 0, part));
            // No tokenizer is loaded: what is counted by purpose is what the device's allocator counts.
            Assert.Equal(0, memory.GetProperty("others").GetInt64());
            Assert.InRange(memory.GetProperty("total").GetInt64(), 1, memory.GetProperty("peak").GetInt64());
        });
    }

    [SkippableTheory]
    [InlineData("kernels")]
    [InlineData("generation")]
    public void Bench_KernelThatComputesSomethingElse_IsAnErrorWhateverIsTimed(string only)
    {
        // The same shader with the signs of its sums turned: it runs, and binds what it should.
        Directory.CreateDirectory(cli.Folder["shaders"]);
        byte[] module = File.ReadAllBytes(Path.Combine(TestPaths.RepositoryRoot, "shaders/compiled/rms_norm.spv"));
        Assert.True(Replace(module, from: 129, to: 131) > 0, "the shader has no OpFAdd that could become an OpFSub");
        File.WriteAllBytes(Path.Combine(cli.Folder["shaders"], "rms_norm.spv"), module);
        string line = cli.Run([.. Tiny, "--only", only, "--quiet", "--shader-dir", cli.Folder["shaders"]]).FailsWith(4);
        Assert.Contains("rms norm is wrong on this device", line);
    }

    [SkippableFact]
    public void Bench_WrongModelWhenProcessesAreStarted_FailsAsItDoesWithoutThem()
    {
        Skip.If(fixture.IsSlow, "nothing of it depends on the device");
        string[] wrong = ["bench", "--random-weights", "nar-c2v:384x1x7", "--quiet"];
        Assert.Equal(cli.Run([.. wrong, "--only", "generation"]).FailsWith(2), cli.Run([.. wrong, "--only", "startup"]).FailsWith(2));
    }

    [SkippableFact]
    public void Bench_Startup_StartsTheProgramColdAndWarm()
    {
        Skip.If(fixture.IsSlow, "the same processes as on the other device, and forty times slower");
        CliResult result = cli.Run([.. Tiny, "--only", "startup", "--runs", "1", "--json"]);
        Assert.True(result.Code == 0, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement[] startup = [.. document.RootElement.GetProperty("startup").EnumerateArray()];
        Assert.Equal(["cold", "warm"], startup.Select(start => start.GetProperty("cache").GetString()));
        Assert.All(startup, start =>
        {
            double firstToken = start.GetProperty("firstToken").GetProperty("median").GetDouble();
            Assert.True(firstToken > 0 && firstToken < start.GetProperty("end").GetProperty("median").GetDouble());
            Assert.All(start.GetProperty("phases").EnumerateObject(), phase => Assert.InRange(phase.Value.GetDouble(), 0, double.MaxValue));
        });
    }

    /// <summary>Changes the opcode of instructions; how many.</summary>
    private static int Replace(byte[] module, ushort from, ushort to)
    {
        const int headerWords = 5;
        int changed = 0;
        for (int at = headerWords * sizeof(uint); at < module.Length;)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(module.AsSpan(at));
            if ((ushort)word == from)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(module.AsSpan(at), to);
                changed++;
            }
            at += (int)(word >> 16) * sizeof(uint);
        }
        return changed;
    }
}
