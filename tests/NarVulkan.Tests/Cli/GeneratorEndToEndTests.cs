using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Tests.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Every golden run of every generator through the command line, from its <c>narvk.json</c> to the arrays it writes.</summary>
[Collection(ModelCollection.Name)]
public sealed class GeneratorEndToEndTests : IDisposable
{
    // The goldens' own rounding noise is up to 1e-4 on logits; another order of summation doubles it.
    private const double LogitTolerance = 1e-3;

    private static readonly string TestDevice = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto";

    private readonly CliRunner cli = new(new VulkanEngine());

    public GeneratorEndToEndTests(ModelFixture fixture) =>
        fixture.SkipIfSlow("Models.GeneratorGoldenTests holds the same runs against the same goldens on this device");

    public void Dispose() => cli.Dispose();

    [SkippableTheory]
    [InlineData("nar-c2i", "0,3,9,5", "cfg1.0", "1.0", "-1")]
    [InlineData("nar-c2i", "0,3,9,5", "cfg2.5", "2.5", "-1")]
    [InlineData("nar-c2i", "0,3,9,5", "cfg2.5_interval", "2.5", "20")]
    [InlineData("nar-c2i", "0,3,9,5", "cfg2.5_interval0", "2.5", "0")]
    [InlineData("par-c2i", "2,9,0", "cfg1.0", "1.0", "-1", "tokens_raster")]
    [InlineData("par-c2i", "2,9,0", "cfg1.5", "1.5", "-1", "tokens_raster")]
    [InlineData("par-c2i", "2,9,0", "cfg1.5_interval", "1.5", "5", "tokens_raster")]
    [InlineData("llamagen-c2i", "1,9,4", "cfg1.0", "1.0", "-1")]
    [InlineData("llamagen-c2i", "1,9,4", "cfg2.0", "2.0", "-1")]
    [InlineData("llamagen-c2i", "1,9,4", "cfg2.0_interval", "2.0", "20")]
    [InlineData("larp-c2v", "0,6,10", "cfg1.0", "1.0", "-1")]
    [InlineData("larp-c2v", "0,6,10", "cfg1.25", "1.25", "-1")]
    [InlineData("larp-c2v", "0,6,10", "cfg2.5_interval", "2.5", "9")]
    public void Generate_Classes_GivesTheGoldenTokensAndLogits(
        string name, string classes, string run, string guidance, string interval, string tokens = "tokens")
    {
        Generate(name, guidance, interval, "--class", classes);
        AssertGolden(name, run, tokens);
    }

    [SkippableTheory]
    [InlineData("nar-t2i", "cfg1.0", "1.0")]
    [InlineData("nar-t2i", "cfg3.0", "3.0")]
    [InlineData("nar-t2i-short", "cfg1.0", "1.0")]
    [InlineData("nar-t2i-short", "cfg3.0", "3.0")]
    [InlineData("llamagen-t2i", "cfg1.0", "1.0")]
    [InlineData("llamagen-t2i", "cfg3.0", "3.0")]
    [InlineData("llamagen-t2i", "cfg3.0_interval", "3.0", "14")]
    public void Generate_TextFeaturesPaddedOnEitherSide_GivesTheGoldenTokensAndLogits(string name, string run, string guidance, string interval = "-1")
    {
        Generate(name, guidance, interval, Text(name, "cond_left_padded", "emb_mask_left_padded"));
        AssertGolden(name, run, "tokens");
        Generate(name, guidance, interval, Text(name, "caption_embs_right_padded", "emb_mask_right_padded"));
        AssertGolden(name, run, "tokens");
    }

    [SkippableTheory]
    [InlineData("nar-t2i")]
    [InlineData("nar-t2i-short")]
    [InlineData("llamagen-t2i")]
    public void Generate_NoLeftPadding_GivesTheGoldenTokensAndLogits(string name)
    {
        Generate(name, "3.0", "-1", [.. Text(name, "caption_embs_right_padded", "emb_mask_right_padded"), "--no-left-padding"]);
        AssertGolden(name, "cfg3.0_no_left_padding", "tokens");
    }

    [SkippableFact]
    public void Generate_FeaturesOfTheTextEncoder_GiveTheGoldenTokensAndLogits()
    {
        int[] texts = [0, 2, 4];
        NpyArray features = NpyFile.Read(TestPaths.Fixture("golden/t5-text/caption_embs.npy"));
        NpyArray mask = NpyFile.Read(TestPaths.Fixture("golden/t5-text/attention_mask.npy"));
        (int tokens, int width) = (features.Shape[1], features.Shape[2]);
        NpyFile.Write(cli.Folder["f.npy"], [texts.Length, tokens, width], Rows(features.ToFloats(), tokens * width));
        NpyFile.Write(cli.Folder["m.npy"], [texts.Length, tokens], Rows(mask.ToInts(), tokens));
        Generate("llamagen-t2i", "3.0", "-1", "--condition", "f.npy", "--condition-mask", "m.npy");
        AssertGolden("llamagen-t2i", "pipeline_t5_text_cfg3.0", "tokens");

        T[] Rows<T>(T[] values, int length) => [.. texts.SelectMany(text => values.Skip(text * length).Take(length))];
    }

    [SkippableTheory]
    [InlineData("nar-c2i", "0,3,9,5", "cfg2.5", "2.5", "tokens", "4")]
    [InlineData("par-c2i", "2,9,0", "cfg1.5", "1.5", "tokens_raster", "7")]
    [InlineData("larp-c2v", "0,6,10", "cfg1.25", "1.25", "tokens", "32")]
    public void Generate_KeepingPartOfAGreedyRun_GivesTheWholeRunAgain(string name, string classes, string run, string guidance, string tokens, string steps)
    {
        string golden = TestPaths.Fixture($"golden/{name}/{run}__{tokens}.npy");
        CliResult result = Generate(name, guidance, "-1", "--class", classes, "--keep", golden, "--keep-steps", steps);
        Assert.Contains($"kept the first {steps} steps", result.Error);
        AssertTokens(name, run, tokens);
    }

    [SkippableFact]
    public void Generate_KeepingOtherTokens_KeepsTheirCornerAndChangesTheRest()
    {
        const int side = 8, steps = 5;
        int[] kept = Enumerable.Range(0, side * side).Select(i => i * 7 % 64).ToArray();
        NpyFile.Write(cli.Folder["k.npy"], [1, side * side], kept);
        Generate("nar-c2i", "2.5", "-1", "--class", "0,3", "--keep", "k.npy", "--keep-steps", $"{steps}");
        foreach (int[] tokens in NpyFile.Read(cli.Folder["t.npy"]).ToInts().Chunk(side * side))
        {
            Assert.All(Enumerable.Range(0, side * side).Where(i => i / side + i % side < steps), i => Assert.Equal(kept[i], tokens[i]));
            Assert.NotEqual(kept, tokens);
        }
        NpyFile.Write(cli.Folder["k.npy"], [1, side * side], [-1, .. kept.Skip(1)]);
        CliResult wrong = cli.Run("--model", TestPaths.Fixture("golden/nar-c2i"), "--greedy", "--class", "0", "--dump-tokens", "t.npy", "--keep", "k.npy", "--device", TestDevice, "--quiet");
        Assert.Contains("kept token -1 does not exist", wrong.FailsWith(2));
    }

    private static string[] Text(string name, string features, string mask) =>
    [
        "--condition", TestPaths.Fixture($"golden/{name}/in__{features}.npy"), "--condition-mask", TestPaths.Fixture($"golden/{name}/in__{mask}.npy"),
    ];

    private CliResult Generate(string name, string guidance, string interval, params string[] more)
    {
        CliResult result = cli.Run(
        [
            "--model", TestPaths.Fixture($"golden/{name}"), "--greedy", "--cfg", guidance, "--cfg-interval", interval,
            "--dump-tokens", "t.npy", "--dump-logits", "l.npy", "--device", TestDevice, .. more,
        ]);
        Assert.True(result.Code == 0, result.Error);
        return result;
    }

    private void AssertGolden(string name, string run, string tokens)
    {
        AssertTokens(name, run, tokens);
        NpyArray expected = NpyFile.Read(TestPaths.Fixture($"golden/{name}/{run}__logits.npy"));
        NpyArray logits = NpyFile.Read(cli.Folder["l.npy"]);
        Assert.Equal(expected.Shape, logits.Shape);
        Golden.AssertClose(expected.ToFloats(), logits.ToFloats(), LogitTolerance);
    }

    private void AssertTokens(string name, string run, string tokens)
    {
        NpyArray expected = NpyFile.Read(TestPaths.Fixture($"golden/{name}/{run}__{tokens}.npy"));
        NpyArray actual = NpyFile.Read(cli.Folder["t.npy"]);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ToInts(), actual.ToInts());
    }
}
