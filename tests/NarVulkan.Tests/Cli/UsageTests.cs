using NarVulkan.Cli;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly CliRunner cli = new();

    public UsageTests()
    {
        cli.Install("demo-video", classes: FakeEngine.ClassNames);
        cli.Install("demo-image", "nar-c2i", classes: FakeEngine.ClassNames);
    }

    public void Dispose() => cli.Dispose();

    [Theory]
    [InlineData("", "nothing to do")]
    [InlineData("--frames 3", "no model given")]
    [InlineData("generate", "no model given")]
    [InlineData("--vido demo", "did you mean --video?")]
    [InlineData("--video demo --sede 3", "did you mean --seed or --size?")]
    [InlineData("--video demo --zzzzzzz", "--help")]
    [InlineData("genrate --video demo", "did you mean generate?")]
    [InlineData("--video demo extra", "'extra' is neither a command nor the value of an option")]
    [InlineData("devices extra", "one word too many")]
    [InlineData("--video", "--video needs a value")]
    [InlineData("--video --class 3", "--video needs a value, but --class follows")]
    [InlineData("--video demo --video demo", "--video is given 2 times")]
    [InlineData("--video demo --model x", "--video and --model")]
    [InlineData("--video demo --seed -1", "--seed")]
    [InlineData("--video demo --seed 18446744073709551616", "--seed")]
    [InlineData("--video demo --seed 0x", "--seed")]
    [InlineData("--video demo --cfg nan", "--cfg: nan is out of range")]
    [InlineData("--video demo --cfg -1", "--cfg: -1 is out of range")]
    [InlineData("--video demo --cfg abc", "'abc' is not a number")]
    [InlineData("--video demo --cfg-interval -2", "--cfg-interval")]
    [InlineData("--video demo --temperature -0.1", "--temperature")]
    [InlineData("--video demo --temperature infinity", "--temperature")]
    [InlineData("--video demo --top-k -1", "--top-k")]
    [InlineData("--video demo --top-k 1.5", "'1.5' is not a whole number")]
    [InlineData("--video demo --top-p 1.1", "--top-p: 1.1 is out of range, which is 0 to 1")]
    [InlineData("--video demo --count 0", "--count")]
    [InlineData("--video demo --frames 0", "--frames")]
    [InlineData("--video demo --frames 5", "give 1 to 4")]
    [InlineData("--video demo --frames 99999999999", "--frames")]
    [InlineData("--video demo --scale 0", "--scale")]
    [InlineData("--video demo --fps 0", "--fps")]
    [InlineData("--video demo --dump-tokens same.npy --dump-logits same.npy", "--dump-tokens and --dump-logits both name same.npy")]
    [InlineData("--video demo --dump-tokens a.npy --dump-frames ./a.npy", "--dump-tokens and --dump-frames both name ./a.npy")]
    [InlineData("--video demo --dump-tokens same.png --out same.png", "--dump-tokens and --out both name same.png")]
    [InlineData("decode --video demo --tokens t.npy --dump-frames same.png --out same.png", "--dump-frames and --out both name same.png")]
    [InlineData("--video demo --format bmp", "'bmp' is not one of png, apng, gif, mp4, webm")]
    [InlineData("--video demo --format mp4", "ffmpeg")]
    [InlineData("--video demo --out x.jpg", ".jpg")]
    [InlineData("--video demo --class 5", "classes 0 to 4")]
    [InlineData("--video demo --class nosuch", "no class 'nosuch'")]
    [InlineData("--video ../demo", "--model")]
    [InlineData("--video demo --condition-tokens c.npy", "--class")]
    [InlineData("--video demo --precision fp8", "'fp8' is not one of")]
    [InlineData("--video demo --shader-dir nowhere", "--shader-dir: there is no folder")]
    [InlineData("--image demo --prompt hello", "--prompt is for text to image (nar-t2i, llamagen-t2i), but demo-image is nar-c2i; use --class")]
    [InlineData("--prompt a --prompt-file b.txt", "--prompt and --prompt-file both give prompts")]
    [InlineData("--prompt-file nosuch.txt", "nosuch.txt: there is no such file")]
    [InlineData("--image demo --negative blur", "--negative goes with a prompt")]
    [InlineData("--image demo --no-clean", "--no-clean goes with a prompt")]
    [InlineData("--compare --prompt a", "--prompt does not go with --compare")]
    [InlineData("text --image demo", "text needs a text")]
    [InlineData("text --image demo --prompt a --prompts-json b.json", "--prompt and --prompts-json both give texts")]
    [InlineData("text --image demo --prompts-json nosuch.json", "--prompts-json: ")]
    [InlineData("text --image demo --prompt a --dump-ids x.json --dump-mask x.json", "--dump-ids and --dump-mask both name x.json")]
    [InlineData("--video demo --live --samples 5 --npz s.npz", "--live does not go with --samples")]
    [InlineData("--video demo --live --dump-logits l.npy", "--dump-logits does not go with --live")]
    [InlineData("--compare --live", "--live does not go with --compare")]
    [InlineData("--video demo --image demo", "--video and --image both name a model")]
    [InlineData("--image demo --model x", "--image and --model")]
    [InlineData("--image", "--image needs a value")]
    [InlineData("--image ../demo", "--image takes a model's name")]
    [InlineData("--image ucf", "use --video ucf")]
    [InlineData("--video imagenet", "use --image imagenet")]
    [InlineData("--image demo-video", "nar-c2v, for videos and not for images; use --video")]
    [InlineData("--video demo-image", "nar-c2i, for images and not for videos; use --image")]
    [InlineData("decode --image demo-video --tokens t.npy", "use --video")]
    [InlineData("encode --video demo-image --input a.png", "use --image")]
    [InlineData("--image demo --frames 1", "--frames is for videos")]
    [InlineData("--image demo --fps 8", "--fps is for videos")]
    [InlineData("--image demo --format apng", "--format apng is for videos")]
    [InlineData("--image demo --format gif", "--format gif is for videos")]
    [InlineData("--image demo --format mp4", "--format mp4 is for videos")]
    [InlineData("--image demo --format webm", "--format webm is for videos")]
    [InlineData("--image demo --out x.gif", ".gif is a format for videos")]
    [InlineData("--image demo --out x.apng", ".apng is a format for videos")]
    [InlineData("--image demo --out x.jpg", "use .png")]
    [InlineData("--image demo --class nosuch", "no class 'nosuch'")]
    [InlineData("--image demo --condition-tokens c.npy", "use --class")]
    [InlineData("--image demo --condition c.npy", "--condition is for text to image (nar-t2i, llamagen-t2i), but demo-image is nar-c2i; use --class")]
    [InlineData("--video demo --condition c.npy", "use --class")]
    [InlineData("--video demo --condition-mask c.npy", "give them with --condition")]
    [InlineData("--video demo --condition c.npy --no-left-padding", "--condition-mask")]
    [InlineData("--image demo --keep-steps 3", "--keep FILE")]
    [InlineData("--image demo --keep nosuch.png", "nosuch.png: there is no such file")]
    [InlineData("--image demo --keep nosuch.npy", "nosuch.npy")]
    [InlineData("--image demo --keep a.npy b.npy", "--keep takes one .npy file")]
    [InlineData("--image demo --keep", "--keep needs a value")]
    [InlineData("--image demo --keep x.png --keep-steps -1", "--keep-steps")]
    [InlineData("bench --random-weights nar-lp-ucff", "there is no published model 'nar-lp-ucff'; did you mean nar-lp-ucf")]
    [InlineData("bench --random-weights nar-c2v:384x12", "there is no published model 'nar-c2v:384x12'")]
    [InlineData("bench --random-weights nar-s-ucf --model x", "--model names a model, and --random-weights makes one")]
    [InlineData("bench --video demo --grid 4,8,8", "--grid is for random weights")]
    [InlineData("bench --video demo --image demo", "--video and --image both name a model")]
    [InlineData("bench --only kernel", "--only: 'kernel' is not one of kernels, steps, generation, startup, load")]
    [InlineData("bench --suite conv,x", "--suite: 'x' is not one of matmul, attention, conv, sample, vq")]
    [InlineData("bench --suite conv --batch 4", "--batch is for the shapes of a model, and those of --suite are fixed; name a model or leave it out")]
    [InlineData("bench --suite conv --precision fp16", "--precision is for the shapes of a model, and those of --suite are fixed; name a model or leave it out")]
    [InlineData("bench --random-weights nar-s-ucf --parallel-tokens 4", "--parallel-tokens is for PAR, and nar-s-ucf is no such model; 'narvk bench --list' shows them")]
    [InlineData("bench --batch 1,0", "--batch: '0' is not a whole number of 1 to 4096")]
    [InlineData("bench --batch 1,x", "--batch: 'x' is not a whole number")]
    [InlineData("bench --runs 1001", "--runs: 1001 is out of range, which is 0 to 1000")]
    [InlineData("bench --cfg -1", "--cfg: -1 is out of range")]
    [InlineData("bench --parallel-tokens 5 --video demo", "--parallel-tokens is for random weights")]
    [InlineData("bench --run 3", "there is no option --run; did you mean --runs or --tune?")]
    [InlineData("bench video", "'video' is one word too many for narvk bench")]
    [InlineData("convert", "convert needs a file and a file to write")]
    [InlineData("convert a.pt", "narvk convert a.pt OUT.safetensors")]
    [InlineData("convert a b --precision fp16", "b: is no name of a safetensors file")]
    [InlineData("convert a b.safetensors --precision fp8", "--precision: 'fp8' is not one of fp32, fp16, bf16")]
    [InlineData("convert a b.safetensors --precision", "--precision")]
    [InlineData("convert a b.safetensors c", "'c' is one word too many for narvk convert")]
    [InlineData("decode --video demo", "--tokens")]
    [InlineData("decode --video demo --tokens nosuch.npy", "nosuch.npy")]
    [InlineData("decode --image demo --tokens t.npy --grid 2", "'2' is no grid")]
    [InlineData("decode --image demo --tokens t.npy --grid 0,4", "'0,4' is no grid")]
    [InlineData("decode --image demo --tokens t.npy --grid 9999,9999", "1 to 4096 each")]
    [InlineData("decode --image demo --tokens t.npy --fps 3", "--fps is for videos")]
    [InlineData("encode --video demo", "--input")]
    [InlineData("encode --video demo --input nosuch.png", "there is no such file")]
    [InlineData("encode --video demo --input a.npy b.npy", "one .npy file")]
    [InlineData("inspect", "inspect needs a file")]
    public void Run_WrongUsage_ExitsWith2AndOneLine(string commandLine, string expected)
    {
        string[] arguments = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Without a seed: what was drawn is told only once the request is accepted.
        Assert.Contains(expected, cli.Run(arguments).FailsWith(2));
    }

    [Fact]
    public void Run_UnknownClassOnTheStandIn_SaysWhichClassesTheDemoHas()
    {
        CliResult result = cli.Run("--video", "ucf", "--class", "Basketball", "--seed", "1");
        Assert.Equal(2, result.Code);
        Assert.Equal(2, result.ErrorLines.Count);
        Assert.Contains("is not installed", result.ErrorLines[0]);
        Assert.Contains("the demo model, which stands in for ucf, has bounce-ball, jump-square", result.ErrorLines[1]);
    }

    [Fact]
    public void Run_ModelMissing_ExitsWith3()
    {
        Assert.Contains("nowhere", cli.Run("--model", "nowhere").FailsWith(3));
        Assert.Contains("demo-video", cli.Run("--video", "demmo").FailsWith(3));
        Assert.Contains("--weights", cli.Run("--video", "demo", "--weights", "nowhere").FailsWith(3));
        Assert.Contains("nosuch.pth", cli.Run("inspect", "nosuch.pth").FailsWith(3));
    }

    [Fact]
    public void Run_ModelOfAnotherKind_SaysWhatItIs()
    {
        cli.Install("images", "nar-c2i");
        Assert.Contains("images is nar-c2i", cli.Run("--video", "images").FailsWith(2));
        cli.Install("tokenizer-for-images", "nar-c2i", generator: false);
        Assert.Contains("is a vq tokenizer, for images", cli.Run("decode", "--video", "tokenizer-for-images", "--tokens", "t.npy").FailsWith(2));
        string mixed = cli.Install("mixed", "nar-c2i");
        File.WriteAllText(Path.Combine(mixed, "narvk.json"), File.ReadAllText(Path.Combine(mixed, "narvk.json")).Replace("\"vq\"", "\"larp\""));
        Assert.Contains("do not belong together", cli.Run("--model", mixed).FailsWith(3));
        cli.Install("tokenizer-only", generator: false);
        Assert.Contains("has no generator", cli.Run("--video", "tokenizer-only").FailsWith(3));
        cli.Install("predictor", "nar-c2v-fp");
        Assert.Contains("--condition-tokens", cli.Run("--video", "predictor").FailsWith(2));
        cli.Install("painter", "nar-t2i");
        Assert.Contains("--condition F.npy", cli.Run("--image", "painter").FailsWith(2));
        Assert.Contains("use --prompt or --condition", cli.Run("--image", "painter", "--condition", "c.npy", "--class", "3").FailsWith(2));
        Assert.Contains("use --condition-tokens", cli.Run("--video", "predictor", "--condition-tokens", "c.npy", "--condition", "c.npy").FailsWith(2));
    }

    [Fact]
    public void Run_WithoutATokenizer_AsksForDumpsInsteadOfPictures()
    {
        cli.Install("tokens-only", tokenizer: false);
        Assert.Contains("--dump-tokens", cli.Run("--video", "tokens-only").FailsWith(2));
        Assert.Contains("--frames needs pictures", cli.Run("--video", "tokens-only", "--dump-tokens", "t.npy", "--frames", "2").FailsWith(2));
        Assert.Contains("no tokenizer", cli.Run("decode", "--video", "tokens-only", "--tokens", "t.npy").FailsWith(3));
    }

    [Fact]
    public void Run_QuietAndVerbose_IsRefused()
    {
        CliResult result = cli.Run("--video", "demo", "--quiet", "--verbose");
        Assert.Equal(2, result.Code);
        Assert.Contains("contradict", result.ErrorLines[0]);
    }

    [Fact]
    public void Run_NoDevice_ExitsWith4()
    {
        cli.Engine.OpenFailure = new DeviceException("no Vulkan loader was found");
        Assert.Contains("no Vulkan loader", cli.Run("--video", "demo").FailsWith(4));
        Assert.Contains("no Vulkan loader", cli.Run("devices").FailsWith(4));
        Assert.Contains("no Vulkan loader", cli.Run("doctor").FailsWith(4));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Run_DeviceNameEmpty_ExitsWith4(string name)
    {
        Assert.Contains("--device: the name is empty", cli.Run("--video", "demo", "--device", name).FailsWith(4));
        Assert.Contains("--device: the name is empty", cli.Run("doctor", "--device", name).FailsWith(4));
    }

    [Fact]
    public void Run_StandardOutputCannotBeWritten_SaysThatItWasStandardOutput()
    {
        using FailingWriter output = new();
        using StringWriter error = new();
        int code = new CliApplication(cli.Console(output, error), cli.Engine).Run(["models"]);
        Assert.Equal(1, code);
        Assert.Equal("narvk: standard output: cannot be written (No space left on device); free some space, or send it elsewhere", error.ToString().TrimEnd());
    }

    [Theory]
    [InlineData(0, "--video", "demo", "--seed", "1")]
    [InlineData(1, "--video", "demo", "--seed", "1", "--json")]
    [InlineData(1, "models")]
    public void Run_StandardOutputIsClosed_FailsOnlyWhereTheResultBelongsThere(int expected, params string[] arguments)
    {
        using FailingWriter output = new() { Failure = new UnauthorizedAccessException("Access to the path is denied.") };
        using StringWriter error = new();

        int code = new CliApplication(cli.Console(output, error), cli.Engine).Run(arguments);

        Assert.Equal(expected, code);
        Assert.Contains(expected == 0 ? "narvk: standard output is closed; wrote out/demo-video-" : "narvk: standard output: is closed, and the result belongs there", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "models")]
    [InlineData(2, "--nonsense")]
    public void Run_StandardErrorCannotBeWritten_GoesOnAndExitsAsItWould(int expected, string argument)
    {
        using FailingWriter error = new();
        using StringWriter output = new();
        Assert.Equal(expected, new CliApplication(cli.Console(output, error), cli.Engine).Run([argument]));
    }

    [Fact]
    public void Run_UnexpectedFailure_ExitsWith1AndShowsTheTraceOnlyIfVerbose()
    {
        cli.Engine.OpenFailure = new InvalidOperationException("first\nsecond");
        string line = cli.Run("--video", "demo", "--seed", "1").FailsWith(1);
        Assert.Contains("InvalidOperationException: first second", line);
        CliResult verbose = cli.Run("--video", "demo", "--seed", "1", "--verbose");
        Assert.Equal(1, verbose.Code);
        Assert.Contains("   at NarVulkan.", verbose.Error);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("help decode")]
    [InlineData("generate --help")]
    [InlineData("decode --help")]
    [InlineData("encode --help")]
    [InlineData("devices --help")]
    [InlineData("doctor --help")]
    [InlineData("bench --help")]
    [InlineData("inspect --help")]
    [InlineData("models --help")]
    [InlineData("models")]
    public void Run_Information_GoesToStandardOutputOnly(string commandLine)
    {
        CliResult result = cli.Run(commandLine.Split(' '));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith(commandLine == "models" ? "Installed:" : "narvk ", result.Output);
    }

    [Fact]
    public void Help_Program_ShowsEveryOptionOfTheContractThatWorksAndNoOther()
    {
        string help = cli.Run("--help").Output;
        string[] shown =
        [
            "--video NAME", "--image NAME", "--model DIR", "--prompt TEXT", "--prompt-file FILE", "--negative TEXT", "--no-clean", "--condition F.npy", "--condition-mask M.npy", "--no-left-padding", "--keep FILE", "--keep-steps N", "--weights DIR", "--class LIST", "--count N", "--frames N", "--seed S", "--cfg X", "--cfg-interval K",
            "--temperature T", "--top-k K", "--top-p P", "--greedy", "--precision fp32|fp16|bf16|q8", "--device N|NAME|auto", "--out, -o PATH",
            "--format png|apng|gif|mp4|webm", "--condition-tokens C.npy", "--dump-tokens F.npy", "--dump-logits F.npy", "--dump-frames F.npy",
            "--live", "--quiet", "--json", "--verbose", "--help", "--version",
            "generate", "decode", "encode", "text", "devices", "doctor", "bench", "inspect", "convert", "models", "Examples:",
        ];
        Assert.All(shown, text => Assert.Contains(text, help));
        Assert.All(["--startup-probe"], text => Assert.DoesNotContain(text, help));
        Assert.All(help.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 120));
    }
}
