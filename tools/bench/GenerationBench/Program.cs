using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NarVulkan;
using NarVulkan.Checkpoints;

namespace GenerationBench;

/// <summary>
/// Times whole generations with random weights of a published size, or of any other: verifies that runs repeat bit for bit and
/// stay in range, then prints the median wall-clock time of each phase and the memory taken, with device and driver.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var architecture = new Option<string>("--architecture") { DefaultValueFactory = _ => "nar-c2v", Description = "nar-c2i, par-c2i, llamagen-c2i, nar-c2v or larp-c2v." };
        var size = new Option<string>("--size")
        {
            DefaultValueFactory = _ => "S",
            Description = $"Published size: {string.Join(", ", PublishedSizes.Names(isVideo: true))} for video, {string.Join(", ", PublishedSizes.Names(isVideo: false))} for images; or WIDTHxBLOCKSxHEADS.",
        };
        var grid = new Option<int[]>("--grid") { CustomParser = Numbers, Description = "Tokens: ROWSxCOLUMNS or FRAMESxROWSxCOLUMNS; default 16x16 and 4x16x16." };
        var vocabulary = new Option<int?>("--vocabulary") { Description = "Codebook size; default 16384 for images, 8192 for video." };
        var classes = new Option<int?>("--classes") { Description = "Classes; default 1000 for images, 101 for video." };
        var parallel = new Option<int>("--parallel-tokens") { DefaultValueFactory = _ => 4, Description = "PAR: tokens generated together." };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Timed runs after the first; 0 times the first alone." };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 1, Description = "Samples side by side." };
        var cfg = new Option<float>("--cfg") { DefaultValueFactory = _ => 1.25f, Description = "Guidance scale; 1 runs without." };
        var precision = new Option<NarPrecision>("--precision") { DefaultValueFactory = _ => NarPrecision.Float32, Description = "Weights on the device." };
        var device = new Option<string>("--device") { DefaultValueFactory = _ => "auto", Description = "Index or name of the device." };
        var loadOnly = new Option<bool>("--load-only") { Description = "Only load; with processor time and memory." };
        var parts = new Option<bool>("--parts") { Description = "Also time the parts of the steps on the device, in a recording of its own (loads the model again)." };
        var decode = new Option<bool>("--decode") { Description = "Also decode with a LARP-L tokenizer of random weights (4x16x16 tokens of a codebook of 8192)." };
        var root = new RootCommand("Times whole generations with random weights.")
        {
            architecture, size, grid, vocabulary, classes, parallel, runs, batch, cfg, precision, device, loadOnly, parts, decode,
        };
        root.SetAction(parsed =>
        {
            try
            {
                bool isVideo = Architectures.ByName.TryGetValue(parsed.GetValue(architecture)!, out var known) && known.IsVideo();
                var (width, blocks, heads) = Size(isVideo, parsed.GetValue(size)!);
                var model = new NarRandomModel
                {
                    Architecture = parsed.GetValue(architecture)!,
                    Width = width,
                    Blocks = blocks,
                    Heads = heads,
                    Grid = parsed.GetValue(grid) is { Length: > 0 } given ? given : isVideo ? [4, 16, 16] : [16, 16],
                    Vocabulary = parsed.GetValue(vocabulary) ?? (isVideo ? 8192 : 16384),
                    Classes = parsed.GetValue(classes) ?? (isVideo ? 101 : 1000),
                    ParallelTokens = parsed.GetValue(parallel),
                };
                var settings = new BenchSettings(
                    parsed.GetValue(runs), parsed.GetValue(batch), parsed.GetValue(cfg), parsed.GetValue(precision), parsed.GetValue(device)!, parsed.GetValue(loadOnly), parsed.GetValue(parts), parsed.GetValue(decode));
                Bench.Run(model, settings);
                return 0;
            }
            catch (NarException e)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
        });
        return root.Parse(arguments).Invoke();
    }

    private static (int Width, int Blocks, int Heads) Size(bool isVideo, string size) => PublishedSizes.Find(isVideo, size)
        ?? (Split(size) is [int width, int blocks, int heads]
            ? (width, blocks, heads)
            : throw new InvalidRequestException($"'{size}' is neither a published size ({string.Join(", ", PublishedSizes.Names(isVideo))}) nor WIDTHxBLOCKSxHEADS."));

    private static int[]? Numbers(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Split(text) is { } numbers)
        {
            return numbers;
        }
        result.AddError($"'{text}' is not a list of numbers such as 4x16x16.");
        return null;
    }

    private static int[]? Split(string text)
    {
        var numbers = new List<int>();
        foreach (string part in text.Split('x'))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return null;
            }
            numbers.Add(number);
        }
        return [.. numbers];
    }
}
