using NarVulkan.Cli.Output;
using System.Text.Json.Nodes;
using Xunit;

namespace NarVulkan.Tests.Cli;

/// <summary>Prompts on the command line, with an engine that needs no device.</summary>
public sealed class PromptCommandTests : IDisposable
{
    private readonly CliRunner cli = new();

    public PromptCommandTests() => cli.Engine.Conditions = 3;

    public void Dispose() => cli.Dispose();

    [Fact]
    public void Generate_APromptWithoutAModel_IsMadeByTheFirstThatReadsText()
    {
        cli.Install("a-classes", "nar-c2i");
        cli.Install("b-deaf", "nar-t2i");
        InstallReader("c-reader");

        CliResult result = cli.Run("--prompt", "A red fox, in the snow!", "--count", "2", "--seed", "1");

        Assert.Equal(0, result.Code);
        Assert.Equal(["out/c-reader-a-red-fox-in-the-snow-seed1-0.png", "out/c-reader-a-red-fox-in-the-snow-seed1-1.png", "out/c-reader-sheet-seed1.png"], result.OutputLines);
        Assert.Equal(["A red fox, in the snow!"], cli.Engine.EncodedPrompts);
        NarGenerationRequest request = cli.Engine.Request!;
        Assert.Equal([-1, -1], request.Classes);
        Assert.Equal(PromptStreams.Of(["A red fox, in the snow!"], 2), request.Streams!);
        Assert.All(request.Text!.Features, value => Assert.Equal(23f, value));
        Assert.Equal(2 * 3 * FakeEngine.TextFeatureWidth, request.Text.Features.Length);
        Assert.Null(request.NegativeText);
    }

    [Fact]
    public void Generate_AFileOfPromptsWithANegative_MakesAnImageOfEachLine()
    {
        InstallReader("reader");
        File.WriteAllText(cli.Folder["p.txt"], "\uFEFFone\r\n\n  \ntwo two\n猫");

        CliResult result = cli.Run("--image", "reader", "--prompt-file", "p.txt", "--negative", "blurry", "--no-clean", "--seed", "1", "--verbose");

        Assert.Equal(0, result.Code);
        Assert.Equal(["not cleaned: one", "not cleaned: two two", "not cleaned: 猫", "not cleaned: blurry"], cli.Engine.EncodedPrompts);
        NarGenerationRequest request = cli.Engine.Request!;
        Assert.Equal([3f, 7f, 1f], request.Text!.Features.Chunk(3 * FakeEngine.TextFeatureWidth).Select(row => row[0]));
        Assert.All(request.NegativeText!.Features, value => Assert.Equal(6f, value));
        Assert.Equal(["out/reader-one-seed1.png", "out/reader-two-two-seed1.png", "out/reader-prompt-a810bf-seed1.png", "out/reader-sheet-seed1.png"], result.OutputLines);
        Assert.Contains(result.ErrorLines, line => line.Contains("3 prompt(s) encoded", StringComparison.Ordinal) && line.Contains("given back", StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_SamplesOfPrompts_GoOnWithTheSamePromptsOnly()
    {
        InstallReader("reader");
        string[] run = ["--image", "reader", "--samples", "3", "--seed", "1", "--npz", "s.npz", "--prompt"];

        Assert.Equal(0, cli.Run([.. run, "one"]).Code);

        Assert.Contains("was begun with prompts", cli.Run([.. run, "two"]).FailsWith(2));
    }

    [Fact]
    public void Generate_APromptWhereNothingReadsIt_SaysHowToGetWhatDoes()
    {
        Assert.Contains("narvk fetch llamagen-xl-t2i-256", cli.Run("--prompt", "a fox").FailsWith(3));
        string deaf = cli.Install("deaf", "nar-t2i");
        Assert.Contains("has no text encoder to read --prompt with; get one with 'narvk fetch flan-t5-xl'", cli.Run("--prompt", "a fox").FailsWith(3));
        Assert.Contains("has no text encoder to read --prompt with; get one with 'narvk fetch flan-t5-xl'", cli.Run("--model", deaf, "--prompt", "a fox").FailsWith(3));
    }

    [Fact]
    public void Generate_PromptsThatDoNotGoWithTheRest_AreRefusedInOneLine()
    {
        InstallReader("reader");
        File.WriteAllBytes(cli.Folder["latin1.txt"], [0x63, 0xe9, 0x0a]);
        File.WriteAllText(cli.Folder["blank.txt"], "\n \n");
        Assert.Contains("--negative works by guidance", cli.Run("--image", "reader", "--prompt", "a", "--negative", "b", "--cfg", "1").FailsWith(2));
        Assert.Contains("--prompt and --condition both give the text", cli.Run("--image", "reader", "--prompt", "a", "--condition", "f.npy").FailsWith(2));
        Assert.Contains("--class does not apply to reader", cli.Run("--image", "reader", "--prompt", "a", "--class", "1").FailsWith(2));
        Assert.Contains("is no UTF-8 text", cli.Run("--image", "reader", "--prompt-file", "latin1.txt").FailsWith(2));
        Assert.Contains("has no prompt", cli.Run("--image", "reader", "--prompt-file", "blank.txt").FailsWith(2));
        Assert.Contains("give a text with --prompt TEXT", cli.Run("--image", "reader").FailsWith(2));
    }

    [Theory]
    [InlineData("--prompt=--greedy", "--greedy")]
    [InlineData("--prompt=--a fox=red", "--a fox=red")]
    [InlineData("--prompt=-x", "-x")]
    public void Generate_APromptTiedToItsOption_MayBeginWithDashes(string argument, string prompt)
    {
        InstallReader("reader");

        Assert.Equal(0, cli.Run("--image", "reader", "--seed", "1", argument).Code);

        Assert.Equal([prompt], cli.Engine.EncodedPrompts);
    }

    [Fact]
    public void Generate_AnOptionWhereAPromptShouldBe_IsRefusedAndSaysHowItWouldBeOne()
    {
        InstallReader("reader");

        string line = cli.Run("--image", "reader", "--negative=--greedy", "--prompt", "--greedy").FailsWith(2);

        Assert.Contains("--prompt needs a value, but --greedy follows (if that is the value: --prompt=--greedy)", line);
    }

    [Fact]
    public void Generate_PromptTooLongToClean_IsNamedByItsPlace()
    {
        InstallReader("reader");
        string fits = new('a', 16_384), tooLong = fits + "b";
        File.WriteAllText(cli.Folder["p.txt"], $"one\n\n{tooLong}\n");

        Assert.Contains("--prompt-file: p.txt: line 3 has 16,385 characters, more than the 16,384 that are cleaned; shorten it, or switch the cleaning off with --no-clean", cli.Run("--image", "reader", "--prompt-file", "p.txt").FailsWith(2));
        Assert.Contains("--prompt has 16,385 characters", cli.Run("--image", "reader", "--prompt", tooLong).FailsWith(2));
        Assert.Contains("--negative has 16,385 characters", cli.Run("--image", "reader", "--prompt", "a", "--negative", tooLong).FailsWith(2));
        Assert.Contains("line 3 has 16,385 characters", cli.Run("text", "--image", "reader", "--prompt-file", "p.txt").FailsWith(2));
        Assert.Equal(0, cli.Run("--image", "reader", "--prompt", fits, "--seed", "1").Code);
        Assert.Equal(0, cli.Run("--image", "reader", "--prompt-file", "p.txt", "--no-clean", "--seed", "1").Code);
    }

    [Fact]
    public void Generate_AnEncoderOfAnotherModel_IsRefused()
    {
        InstallReader("reader");
        cli.Engine.TextTokens = 7;
        Assert.Contains("makes 7 rows of 2, but its generator takes 3 of 2", cli.Run("--image", "reader", "--prompt", "a").FailsWith(3));
    }

    private void InstallReader(string name)
    {
        string manifest = Path.Combine(cli.Install(name, "nar-t2i"), "narvk.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["text"] = new JsonObject { ["weights"] = "weights.bin", ["tokenizer"] = "weights.bin", ["config"] = "weights.bin" };
        File.WriteAllText(manifest, json.ToJsonString());
    }
}
