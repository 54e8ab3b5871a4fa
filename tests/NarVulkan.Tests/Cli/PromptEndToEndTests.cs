using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Tests.Checkpoints;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>From prompts to pictures, and to the arrays of <c>narvk text</c>, through the command line, with the golden text encoder and generators.</summary>
[Collection(ModelCollection.Name)]
public sealed class PromptEndToEndTests(ModelFixture fixture) : IDisposable
{
    private const string Encoder = "golden/t5-text/flan-t5-tiny";

    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly CliRunner cli = new(new VulkanEngine());

    private sealed record GoldenPrompt(string Prompt, string Cleaned, int Valid);

    private static IReadOnlyList<GoldenPrompt> Prompts
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture("golden/t5-text/prompts.json")));
            return [.. document.RootElement.EnumerateArray().Select(item => new GoldenPrompt(
                item.GetProperty("prompt").GetString()!, item.GetProperty("cleaned").GetString()!, item.GetProperty("valid_tokens").GetInt32()))];
        }
    }

    public void Dispose() => cli.Dispose();

    [SkippableFact]
    public void Generate_OfTheGoldenPrompts_GivesTheTokensOfTheOriginalsPipeline()
    {
        fixture.RequireContext();
        Init("llamagen-t2i/llamagen_t2i_tiny.pt");
        int[] rows = [0, 2, 4];
        File.WriteAllLines(cli.Folder["p.txt"], rows.Select(row => Prompts[row].Prompt));

        Succeeds("--model", "m", "--prompt-file", "p.txt", "--cfg", "3", "--greedy", "--top-k", "0", "--dump-tokens", "t.npy", "--dump-logits", "l.npy", "--precision", "fp32");

        Assert.Equal(Golden.Ints("golden/llamagen-t2i/pipeline_t5_text_cfg3.0__tokens.npy"), NpyFile.Read(cli.Folder["t.npy"]).ToInts());
        // As for features that are given: the goldens' rounding noise is 1e-4 at most, and the encoder's comes to it.
        Golden.AssertClose(Golden.Floats("golden/llamagen-t2i/pipeline_t5_text_cfg3.0__logits.npy"), NpyFile.Read(cli.Folder["l.npy"]).ToFloats(), 1e-3);
    }

    [SkippableFact]
    public void Generate_OfPromptsWithATokenizer_MakesPicturesAndASheetAsIfEachWereAlone()
    {
        fixture.SkipIfSlow("the library's tests hold the same on this device");
        var vq = VqTensors.All();
        vq["quantize.embedding.weight"] = [128, 8];
        File.WriteAllBytes(cli.Folder["vq.safetensors"], RandomSafetensors.Normal(vq, 0.2f));
        Init("nar-t2i/t2i_tiny.pt", cli.Folder["vq.safetensors"]);
        File.WriteAllLines(cli.Folder["p.txt"], ["a red fox in the snow", "two owls & a chair"]);

        var both = Succeeds("--model", "m", "--prompt-file", "p.txt", "--count", "2", "--seed", "3", "--dump-tokens", "both.npy", "--negative", "blurry");
        Succeeds("--model", "m", "--prompt", "a red fox in the snow", "--seed", "3", "--dump-tokens", "one.npy", "--negative", "blurry", "--out", "one.png");
        Succeeds("--model", "m", "--prompt", "a red fox in the snow", "--seed", "3", "--dump-tokens", "plain.npy", "--out", "plain.png");

        Assert.Equal(
            ["both.npy", "out/m-a-red-fox-in-the-snow-seed3-0.png", "out/m-a-red-fox-in-the-snow-seed3-1.png", "out/m-two-owls-a-chair-seed3-0.png", "out/m-two-owls-a-chair-seed3-1.png", "out/m-sheet-seed3.png"],
            both.OutputLines);
        int[] tokens = NpyFile.Read(cli.Folder["both.npy"]).ToInts(), one = NpyFile.Read(cli.Folder["one.npy"]).ToInts();
        Assert.Equal(one, tokens[..one.Length]);
        Assert.Equal(4, tokens.Chunk(one.Length).Select(sample => string.Join(' ', sample)).Distinct().Count());
        // The folder says nothing of guidance, so that it is 7.5, and the negative prompt matters.
        Assert.NotEqual(one, NpyFile.Read(cli.Folder["plain.npy"]).ToInts());
        byte[] alone = File.ReadAllBytes(cli.Folder["one.png"]);
        Assert.Equal(alone, File.ReadAllBytes(cli.Folder["out/m-a-red-fox-in-the-snow-seed3-0.png"]));

        // For an evaluator: the same pictures, in folders; the second command finds one missing.
        File.WriteAllText(cli.Folder["p.jsonl"], """{"tag":"x","prompt":"a red fox in the snow"}""" + "\n" + """{"tag":"y","prompt":"two owls & a chair"}""");
        string[] folders = ["--model", "m", "--prompts-json", "p.jsonl", "--count", "2", "--seed", "3", "--negative", "blurry", "--out", "g"];
        Succeeds(folders);
        Assert.Equal(alone, File.ReadAllBytes(cli.Folder["g/00000/samples/0000.png"]));
        byte[] last = File.ReadAllBytes(cli.Folder["g/00001/samples/0001.png"]);
        Assert.Equal(File.ReadAllBytes(cli.Folder["out/m-two-owls-a-chair-seed3-1.png"]), last);
        File.Delete(cli.Folder["g/00001/samples/0001.png"]);
        Succeeds(folders);
        Assert.Equal(last, File.ReadAllBytes(cli.Folder["g/00001/samples/0001.png"]));
    }

    [SkippableFact]
    public void Text_OfTheGoldenPrompts_GivesCleanedTextsIdsAndFeaturesOfTheOriginal()
    {
        fixture.RequireContext();
        File.WriteAllText(cli.Folder["p.json"], JsonSerializer.Serialize(Prompts.Select(prompt => prompt.Prompt)));

        Succeeds(
            "text", "--model", TestPaths.Fixture(Encoder), "--prompts-json", "p.json", "--dump-cleaned", "c.json", "--dump-ids", "i.json", "--dump-features", "f.npy", "--dump-mask", "m.npy",
            "--precision", "fp32");

        Assert.Equal(Prompts.Select(prompt => prompt.Cleaned), JsonSerializer.Deserialize<string[]>(File.ReadAllText(cli.Folder["c.json"]))!);
        int[] ids = Golden.Ints("golden/t5-text/input_ids.npy"), mask = Golden.Ints("golden/t5-text/attention_mask.npy");
        Assert.Equal(ids.Chunk(120).Select((row, text) => row[..Prompts[text].Valid]), JsonSerializer.Deserialize<int[][]>(File.ReadAllText(cli.Folder["i.json"]))!);
        Assert.Equal(mask, NpyFile.Read(cli.Folder["m.npy"]).ToInts());
        var features = NpyFile.Read(cli.Folder["f.npy"]);
        Assert.Equal([Prompts.Count, 120, 32], features.Shape);
        // The golden has what the encoder leaves in padding, too.
        Golden.AssertClose(Golden.Floats("golden/t5-text/caption_embs.npy"), features.ToFloats(), 1e-4);
    }

    [Fact]
    public void Text_WithoutFeatures_NeedsNoDevice()
    {
        string encoder = TestPaths.Fixture(Encoder);
        string longest = Prompts[5].Prompt;

        CliResult printed = cli.Run("text", "--model", encoder, "--prompt", "", "--device", "nosuch");
        Assert.Equal((0, "1"), (printed.Code, printed.Output.Trim()));

        cli.Run("text", "--model", encoder, "--prompt", longest, "--max-tokens", "0", "--dump-ids", "all.json", "--dump-mask", "m.npy", "--quiet");
        Assert.Equal(247, JsonSerializer.Deserialize<int[][]>(File.ReadAllText(cli.Folder["all.json"]))![0].Length);
        Assert.Equal([1, 247], NpyFile.Read(cli.Folder["m.npy"]).Shape);

        cli.Run("text", "--model", encoder, "--prompt", longest, "--max-tokens", "5", "--dump-ids", "five.json", "--quiet");
        int[] five = JsonSerializer.Deserialize<int[][]>(File.ReadAllText(cli.Folder["five.json"]))![0];
        Assert.Equal((5, 1), (five.Length, five[^1]));

        cli.Run("text", "--model", encoder, "--prompt", " A (Big)  DOG ", "--no-clean", "--dump-cleaned", "c.json", "--quiet");
        Assert.Equal(["a (big)  dog"], JsonSerializer.Deserialize<string[]>(File.ReadAllText(cli.Folder["c.json"]))!);
    }

    [SkippableTheory]
    [InlineData("pytorch_model.bin"), InlineData("spiece.model"), InlineData("config.json")]
    public void Verify_TextEncoderOfWhichAFileIsAnother_IsRefusedByEveryCommandThatLoadsIt(string changed)
    {
        fixture.RequireContext();
        Init("nar-t2i/t2i_tiny.pt");
        WriteSums(changed: null);
        Succeeds("text", "--model", "m", "--verify", "--prompt", "a fox", "--dump-ids", "i.json", "--dump-features", "f.npy");
        Succeeds("--model", "m", "--verify", "--prompt", "a fox", "--seed", "1", "--dump-tokens", "a.npy");

        WriteSums(changed);
        string problem = $"{changed}: has SHA-256 ";
        Assert.Contains(problem, cli.Run("text", "--model", "m", "--verify", "--prompt", "a fox", "--dump-features", "g.npy", "--device", TestDevice).FailsWith(3));
        Assert.Contains(problem, cli.Run("--model", "m", "--verify", "--prompt", "a fox", "--seed", "1", "--dump-tokens", "b.npy", "--device", TestDevice).FailsWith(3));
        // Tokens need the tokenizer alone.
        CliResult ids = cli.Run("text", "--model", "m", "--verify", "--prompt", "a fox", "--dump-ids", "j.json");
        Assert.Equal(changed == "spiece.model" ? 3 : 0, ids.Code);
        // The library, where a model that generates loads the encoder with its first prompt.
        using var model = NarModel.Load(fixture.RequireContext(), cli.Folder["m"], new NarLoadOptions { VerifyChecksums = true });
        NarGenerationRequest request = new() { Classes = [-1], Sampling = new NarSampling { Greedy = true }, Prompts = ["a fox"], DecodeFrames = false };
        Assert.Contains(problem, Assert.Throws<ModelFileException>(() => model.Generate(request)).Message, StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Throws<ModelFileException>(() => NarTextEncoder.Load(fixture.RequireContext(), cli.Folder["m"], new NarLoadOptions { VerifyChecksums = true })).Message, StringComparison.Ordinal);
    }

    // Of all files that the folder refers to; of the one that is changed, zeros.
    private void WriteSums(string? changed)
    {
        var folder = ModelFolder.Open(cli.Folder["m"]);
        string?[] files =
        [
            folder.Generator!.WeightsPath, folder.Tokenizer?.WeightsPath, folder.Tokenizer?.ConfigPath, folder.Text!.WeightsPath, folder.Text.TokenizerPath, folder.Text.ConfigPath,
        ];
        File.Delete(cli.Folder["m/SHA256SUMS"]);
        ChecksumFile.Add(cli.Folder["m"], files.OfType<string>().Distinct().Select(file => (
            Path.GetRelativePath(cli.Folder["m"], file),
            Path.GetFileName(file) == changed ? new string('0', 64) : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))));
    }

    [Fact]
    public void Text_OfAMillionPromptsInAList_IsRefusedBeforeAnythingIsMadeOfThem()
    {
        File.WriteAllText(cli.Folder["p.json"], "[" + string.Concat(Enumerable.Repeat("\"a\",", 1_000_000)) + "\"a\"]");
        long before = GC.GetAllocatedBytesForCurrentThread();

        string error = cli.Run("text", "--model", TestPaths.Fixture(Encoder), "--prompts-json", "p.json").FailsWith(2);

        Assert.Contains("p.json: has more than 100000 prompts; split it", error);
        // The file of 4 MB, and what the parser keeps of a million values: 12 bytes each, doubled until they fit.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
    }

    [Fact]
    public void Text_OfAModelWithoutATextEncoder_SaysSo()
    {
        Assert.Contains("has no text encoder", cli.Run("text", "--model", TestPaths.Fixture("golden/nar-t2i"), "--prompt", "a").FailsWith(3));
        Assert.Contains("has no tokenizer", cli.Run("decode", "--model", TestPaths.Fixture(Encoder), "--tokens", "t.npy").FailsWith(3));
        Assert.Contains("has no generator, only a text encoder", cli.Run("--model", TestPaths.Fixture(Encoder), "--prompt", "a").FailsWith(3));
    }

    // A folder of files that lie elsewhere.
    private void Init(string generator, params string[] more) => Succeeds(
        ["inspect", TestPaths.Fixture("golden/" + generator), TestPaths.Fixture(Encoder + "/pytorch_model.bin"), .. more, "--init", "m", "--heads", "4", "--grid", "6,6"]);

    private CliResult Succeeds(params string[] arguments)
    {
        CliResult result = cli.Run(arguments[0] == "inspect" ? arguments : [.. arguments, "--device", TestDevice]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }
}
