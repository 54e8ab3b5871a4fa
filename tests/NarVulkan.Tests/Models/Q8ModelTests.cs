using System.Text.Json.Nodes;
using NarVulkan.Checkpoints;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Whole models with weights in 8-bit blocks.</summary>
[Collection(ModelCollection.Name)]
public sealed class Q8ModelTests(ModelFixture fixture) : IDisposable
{
    private const string OneDriverShowsIt = "which weights a model has does not depend on the driver, and MatmulFormsTests compare the kernels' bits";

    // Sums are cut at other places than those of float32 weights on GPUs: rounding noise, as in GeneratorGoldenTests.
    private const double GpuTolerance = 1e-3;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The 8-bit run computes with exactly the weights that the blocks stand for: float32 weights of those values give the same bits.</summary>
    [SkippableTheory]
    [InlineData("nar-c2v", 1.25f, 2)]
    [InlineData("nar-c2i", 2.5f, 2)]
    [InlineData("par-c2i", 1.5f, 2)]
    [InlineData("nar-t2i-short", 3.0f, 2)]
    public void Generate_InQ8_GivesTheBitsOfTheWeightsThatItsBlocksStandFor(string name, float scale, int samples)
    {
        fixture.SkipIfSlow(OneDriverShowsIt);
        bool text = name.Contains("t2i", StringComparison.Ordinal);
        var request = Greedy(scale) with { Classes = [.. Enumerable.Range(0, samples).Select(sample => text ? -1 : sample)], Text = text ? Golden.Text(name) : null };
        using var dequantized = NarModel.Load(
            fixture.RequireContext(), Dequantized($"golden/{name}", "generator"), new NarLoadOptions { Precision = NarPrecision.Float32, Tokenizer = false });

        var actual = fixture.Model($"golden/{name}", NarPrecision.Q8).Generate(request);

        Assert.Equal(NarPrecision.Q8, fixture.Model($"golden/{name}", NarPrecision.Q8).Info.Precision);
        AssertSame(dequantized.Generate(request).Logits!, actual.Logits!);
        // And nowhere the weights of the file: the blocks are in use.
        Assert.NotEqual(fixture.Model($"golden/{name}").Generate(request).Logits, actual.Logits);
    }

    [SkippableFact]
    public void Decode_InQ8_GivesTheBitsOfTheWeightsThatItsBlocksStandFor()
    {
        fixture.SkipIfSlow(OneDriverShowsIt);
        int[] codes = Golden.Ints("golden/larp-tokenizer/decode_random__codes.npy");
        using var dequantized = NarModel.Load(
            fixture.RequireContext(), Dequantized("golden/nar-c2v", "tokenizer"), new NarLoadOptions { Precision = NarPrecision.Float32 });

        var actual = fixture.Model("golden/nar-c2v", NarPrecision.Q8).Decode(codes, 2);

        AssertSame(dequantized.Decode(codes, 2), actual);
        // Within [-1, 1]; a hundredth is what bytes make of a picture.
        Golden.AssertClose(Golden.Floats("golden/larp-tokenizer/decode_random__frames.npy"), actual, 1e-2);
    }

    /// <summary>
    /// The logits of the first step, which no earlier choice has changed. A rounded weight is off by at most 1/254 of the largest of its block, uniformly spread: about 1/300 of a
    /// normal weight's deviation times what a block's largest is of it, 2.1, by root mean squares 0.0048 of it; ten matrices one behind the other make that 0.015 of the logits' own spread, and the
    /// largest of a few thousand errors is four times their deviation.
    /// </summary>
    [SkippableTheory]
    [InlineData("nar-c2v", 1.0f)]
    [InlineData("nar-c2i", 1.0f)]
    public void Generate_InQ8_StaysNearTheExactLogits(string name, float scale)
    {
        var request = Greedy(scale) with { Classes = [0, 3] };
        var exact = fixture.Model($"golden/{name}").Generate(request);
        var rounded = fixture.Model($"golden/{name}", NarPrecision.Q8).Generate(request);
        int vocabulary = exact.Logits!.Length / exact.Tokens.Length, perSample = exact.Logits.Length / 2;
        double spread = 0, largest = 0, squares = 0;
        for (int sample = 0; sample < 2; sample++)
        {
            var first = exact.Logits.AsSpan(sample * perSample, vocabulary);
            var other = rounded.Logits!.AsSpan(sample * perSample, vocabulary);
            for (int i = 0; i < vocabulary; i++)
            {
                spread += first[i] * (double)first[i];
                squares += Math.Pow(first[i] - (double)other[i], 2);
                largest = Math.Max(largest, Math.Abs(first[i] - (double)other[i]));
            }
        }
        spread = Math.Sqrt(spread / (2 * vocabulary));
        double error = Math.Sqrt(squares / (2 * vocabulary));
        Assert.InRange(error / spread, 1e-4, 0.03);
        Assert.InRange(largest / spread, 1e-4, 0.12);
    }

    /// <summary>The same bits for a sample whatever else is in the batch.</summary>
    [SkippableFact]
    public void Generate_InQ8WhateverTheBatch_GivesTheSameSamples()
    {
        fixture.SkipIfSlow(OneDriverShowsIt);
        var model = fixture.Model("golden/nar-c2v", NarPrecision.Q8);
        var all = model.Generate(Greedy(1.25f) with { Classes = [0, 3, 5, 1, 7] });
        var one = model.Generate(Greedy(1.25f) with { Classes = [0] });

        Assert.Equal(one.Tokens, all.Tokens[..one.Tokens.Length]);
        Assert.Equal(one.Logits!, all.Logits![..one.Logits!.Length]);
    }

    private static NarGenerationRequest Greedy(float scale) => new()
    {
        Classes = [0],
        Sampling = new NarSampling { Greedy = true, GuidanceScale = scale },
        KeepLogits = true,
        DecodeFrames = false,
    };

    private void AssertSame(float[] expected, float[] actual)
    {
        if (fixture.IsSoftware)
        {
            Assert.Equal(expected, actual);
        }
        else
        {
            Golden.AssertClose(expected, actual, GpuTolerance);
        }
    }

    /// <summary>A model's folder whose generator, or tokenizer, has the weights that it would have in 8 bits, in float32.</summary>
    private string Dequantized(string model, string part)
    {
        string original = TestPaths.Fixture(model), weights = folder.File("weights.safetensors");
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(original, ModelFolder.ManifestName)))!.AsObject();
        using (var source = WeightFile.Open(Path.Combine(original, (string)manifest[part]!["weights"]!)))
        {
            using var stream = File.Create(weights);
            SafetensorsWriter.Write(
                stream, source.Metadata, source.Tensors.Values.Where(tensor => tensor.Type.IsFloat()).Select(tensor => new DequantizedTensor(tensor)), _ => { });
        }
        foreach (string each in (string[])["generator", "tokenizer"])
        {
            if (manifest[each] is { } there)
            {
                there["weights"] = each == part ? Path.GetFileName(weights) : Relative((string)there["weights"]!);
                if (there["config"] is { } config)
                {
                    there["config"] = Relative((string)config!);
                }
            }
        }
        folder.Write(ModelFolder.ManifestName, manifest.ToJsonString());
        return folder.Path;

        string Relative(string file) => Path.GetRelativePath(folder.Path, Path.Combine(original, file));
    }
}
