using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Conversion;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>
/// Every golden checkpoint gives its tokens whatever it comes as: as published (<see cref="GeneratorGoldenTests"/> and its like load that),
/// converted and described by <c>inspect --init</c>, or as a hub folder.
/// </summary>
[Collection(ModelCollection.Name)]
public sealed class GoldenSourcesTests(ModelFixture fixture) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string, float, int[], string, string> Generators => new()
    {
        { "golden/nar-c2i", "0000010.pt", "cfg2.5", 2.5f, [0, 3, 9, 5], "\"block_size\":64", "tokens" },
        { "golden/par-c2i", "par_tiny.pt", "cfg1.5", 1.5f, [2, 9, 0], "\"block_size\":64", "tokens_raster" },
        { "golden/llamagen-c2i", "llamagen_tiny.pt", "cfg2.0", 2f, [1, 9, 4], "\"block_size\":64", "tokens" },
        { "golden/nar-t2i", "t2i_tiny.pt", "cfg3.0", 3f, [-1, -1], "\"block_size\":36,\"cls_token_num\":120", "tokens" },
        { "golden/nar-t2i-short", "t2i_tiny.pt", "cfg3.0", 3f, [-1, -1], "\"block_size\":36,\"cls_token_num\":6", "tokens" },
        { "golden/llamagen-t2i", "llamagen_t2i_tiny.pt", "cfg3.0", 3f, [-1, -1], "\"block_size\":36,\"cls_token_num\":120", "tokens" },
        { "golden/llamagen-t2i", "llamagen_t2i_tiny_module.pt", "cfg3.0", 3f, [-1, -1], "\"block_size\":36,\"cls_token_num\":120", "tokens" },
        { "golden/nar-c2v", "epoch-last.pth", "cfg1.25", 1.25f, [0, 4, 10], "\"max_seq_len\":32", "tokens" },
        { "golden/nar-c2v", "epoch-last-plain.pth", "cfg1.25", 1.25f, [0, 4, 10], "\"max_seq_len\":32", "tokens" },
        { "golden/larp-c2v", "epoch-last.pth", "cfg1.25", 1.25f, [0, 6, 10], "\"max_seq_len\":32", "tokens" },
        { "golden/nar-c2v-fp", "epoch-last.pth", "cfg1.0", 1f, [-1, -1, -1, -1], "\"max_seq_len\":32,\"cls_token_num\":33", "tokens" },
        { "golden/nar-c2v-fp", "epoch-last-plain.pth", "cfg1.0", 1f, [-1, -1, -1, -1], "\"max_seq_len\":32,\"cls_token_num\":33", "tokens" },
    };

    [SkippableTheory]
    [MemberData(nameof(Generators))]
    public void Generate_FromEverySource_GivesTheGoldenTokens(string golden, string weights, string run, float scale, int[] classes, string config, string tokens)
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        int[] expected = Golden.Ints($"{golden}/{run}__{tokens}.npy");
        string published = TestPaths.Fixture($"{golden}/{weights}");
        GeneratorDescription described = ModelFolder.Open(TestPaths.Fixture(golden)).Generator!;
        string[] folders = [folder.File("published"), folder.File("converted"), folder.File("hub")];

        FolderInit.Write(new InitSettings(folders[0], described.Heads, [.. described.Grid], null), [published]);
        string converted = folder.File("elsewhere/weights.safetensors");
        Convert(published, converted);
        FolderInit.Write(new InitSettings(folders[1], described.Heads, [.. described.Grid], null), [converted]);
        folder.Write("hub/config.json", $$"""{"n_head":{{described.Heads}},{{config}}}""");
        File.Copy(converted, folder.File("hub/model.safetensors"));

        Assert.All(folders, from => Assert.Equal(expected, Generate(from, golden, scale, classes)));
    }

    [SkippableTheory]
    [InlineData("torch/par-c2i-16.legacy.pt")]
    [InlineData("golden-more/par-c2i-16/weights.pt")]
    public void Generate_FromTheOldFormat_GivesTheGoldenTokens(string weights)
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture("golden-more/par-c2i-16/case.json")));
        GeneratorDescription described = ModelFolder.Open(TestPaths.Fixture("golden-more/par-c2i-16")).Generator!;
        int[] classes = [.. golden.RootElement.GetProperty("classes").EnumerateArray().Select(label => label.GetInt32())];

        FolderInit.Write(new InitSettings(folder.File("model"), described.Heads, [.. described.Grid], null), [TestPaths.Fixture(weights)]);

        Assert.Equal(16, ModelFolder.Open(folder.File("model")).Generator!.ParallelTokens);
        Assert.Equal(Golden.Ints("golden-more/par-c2i-16/cfg2.0__tokens.npy"), Generate(folder.File("model"), "", 2f, classes));
    }

    [SkippableTheory]
    [InlineData("larp-tokenizer/tokenizer/larp_tokenizer.pth", "larp-tokenizer/decode_random__codes.npy", "larp-tokenizer/decode_random__frames.npy", null)]
    [InlineData("larp-tokenizer/tokenizer_with_prior/larp_tokenizer.pth", "larp-tokenizer/decode_random__codes.npy", "larp-tokenizer/decode_random__frames.npy", null)]
    [InlineData("vq-image/vq_tiny.pt", "vq-image/decode_4x4__tokens.npy", "vq-image/decode_4x4__image.npy", new[] { 4, 4 })]
    public void Decode_FromEverySource_GivesTheGoldenPixels(string weights, string codes, string pixels, int[]? grid)
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        string published = TestPaths.Fixture($"golden/{weights}"), config = Path.Combine(Path.GetDirectoryName(published)!, "config.json");
        string converted = folder.File("hub/model.safetensors");
        Convert(published, converted);
        folder.Write("hub/config.json", File.Exists(config) ? File.ReadAllText(config) : "{}");
        FolderInit.Write(new InitSettings(folder.File("published"), null, null, null), [published]);
        FolderInit.Write(new InitSettings(folder.File("converted"), null, null, null), [converted]);
        int[] tokens = Golden.Ints($"golden/{codes}");

        foreach (string name in (string[])["published", "converted", "hub"])
        {
            using NarModel model = NarModel.Load(fixture.RequireContext(), folder.File(name), new NarLoadOptions { Precision = NarPrecision.Float32 });
            Golden.AssertClose(Golden.Floats($"golden/{pixels}"), model.Decode(tokens, 2, grid), 1e-4);
        }
    }

    [SkippableTheory]
    [InlineData("fp16", NarPrecision.Float16)]
    [InlineData("q8", NarPrecision.Q8)]
    public void Generate_FromAConversion_GivesTheBitsOfTheOriginalInThatPrecision(string name, NarPrecision precision)
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        string converted = folder.File("weights.safetensors");
        using (WeightFile source = WeightFile.Open(TestPaths.Fixture("golden/nar-c2v/epoch-last.pth")))
        {
            WeightConversion.Convert(source, converted, ConversionPrecision.All.Single(each => each.Name == name), null, CancellationToken.None);
        }
        FolderInit.Write(new InitSettings(folder.File("model"), null, null, null), [converted]);
        NarGenerationRequest request = Request("golden/nar-c2v", 1.25f, [0, 4, 10]) with { KeepLogits = true };

        using NarModel model = NarModel.Load(fixture.RequireContext(), folder.File("model"));
        NarGenerationResult actual = model.Generate(request), expected = fixture.Model("golden/nar-c2v", precision).Generate(request);

        // The file's own precision is taken, and what the device keeps in float32 was not rounded: not a bit differs.
        Assert.Equal(precision, model.Info.Precision);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.Logits, actual.Logits);
    }

    /// <summary>One file of each golden folder.</summary>
    public static TheoryData<string, string, float, int[]> Goldens
    {
        get
        {
            TheoryData<string, string, float, int[]> goldens = [];
            foreach (object[] row in Generators.DistinctBy(row => row[0]))
            {
                goldens.Add((string)row[0], (string)row[1], (float)row[3], (int[])row[4]);
            }
            return goldens;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Goldens))]
    public void Generate_FromAConversionToQ8_GivesTheTokensOfTheOriginalInQ8(string golden, string weights, float scale, int[] classes)
    {
        fixture.SkipIfSlow("how weights are read does not depend on the driver");
        GeneratorDescription described = ModelFolder.Open(TestPaths.Fixture(golden)).Generator!;
        string converted = folder.File("weights.safetensors");
        using (WeightFile source = WeightFile.Open(TestPaths.Fixture($"{golden}/{weights}")))
        {
            WeightConversion.Convert(source, converted, ConversionPrecision.All.Single(each => each.Name == "q8"), null, CancellationToken.None);
        }
        FolderInit.Write(new InitSettings(folder.File("model"), described.Heads, [.. described.Grid], null), [converted]);

        using NarModel model = NarModel.Load(fixture.RequireContext(), folder.File("model"));

        Assert.Equal(NarPrecision.Q8, model.Info.Precision);
        Assert.Equal(fixture.Model(golden, NarPrecision.Q8).Generate(Request(golden, scale, classes)).Tokens, model.Generate(Request(golden, scale, classes)).Tokens);
    }

    private int[] Generate(string from, string golden, float scale, int[] classes)
    {
        using NarModel model = NarModel.Load(fixture.RequireContext(), from, new NarLoadOptions { Precision = NarPrecision.Float32 });
        return model.Generate(Request(golden, scale, classes)).Tokens;
    }

    private static NarGenerationRequest Request(string golden, float scale, int[] classes) => new()
    {
        Classes = classes,
        Sampling = new NarSampling { Greedy = true, GuidanceScale = scale },
        Text = golden.Contains("t2i", StringComparison.Ordinal) ? Golden.Text(Path.GetFileName(golden)) : null,
        ConditionTokens = golden.EndsWith("-fp", StringComparison.Ordinal) ? Golden.Ints($"{golden}/in__cond_tokens.npy") : null,
        DecodeFrames = false,
    };

    private static void Convert(string source, string target)
    {
        using WeightFile file = WeightFile.Open(source);
        WeightConversion.Convert(file, target, ConversionPrecision.AsTheyAre, null, CancellationToken.None);
    }
}
