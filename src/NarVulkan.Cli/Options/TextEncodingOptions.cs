using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Options of <c>narvk text</c>: which prompts, and what to write of them.</summary>
internal sealed class TextEncodingOptions
{
    private const int MostTokens = 1 << 20;

    public ModelOptions Model { get; } = new();

    public Option<string?> Prompt { get; } = OptionKinds.Text("--prompt", "TEXT", "the text");

    public Option<string?> File { get; } = OptionKinds.Text("--prompt-file", "FILE", "texts, one a line; blank lines are passed over");

    public Option<string?> Json { get; } = OptionKinds.Text("--prompts-json", "F.json", "texts: a list of strings, or one object with a \"prompt\" a line");

    public Option<bool> NoClean { get; } = OptionKinds.Flag("--no-clean", "take texts in lower case, but else as they are; by default they are cleaned, which takes 16,384 characters of each at most");

    public Option<int?> MaxTokens { get; } = OptionKinds.Integer(
        "--max-tokens", "N", "cut texts to so many tokens, the end token included, and pad them to as many; 0: as long as the longest (default: the model's condition)", 0, MostTokens);

    public Option<string?> DumpCleaned { get; } = OptionKinds.Text("--dump-cleaned", "F.json", "write the texts as the tokenizer gets them: a list of strings");

    public Option<string?> DumpIds { get; } = OptionKinds.Text("--dump-ids", "F.json", "write the token ids: a list of lists, the end token last, without padding");

    public Option<string?> DumpFeatures { get; } = OptionKinds.Text("--dump-features", "F.npy", "write the features: float32 [B,Tc,C], padded on the right as the encoder leaves them");

    public Option<string?> DumpMask { get; } = OptionKinds.Text("--dump-mask", "F.npy", "write the mask: int32 [B,Tc], 1 where a feature is part of the text");

    public EngineOptions Engine { get; } = new();

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<OptionGroup> Groups =>
    [
        Model.Group,
        new OptionGroup("Request", Prompt, File, Json, NoClean, MaxTokens),
        new OptionGroup("Arrays", DumpCleaned, DumpIds, DumpFeatures, DumpMask),
        Engine.Group,
        Reporting.Group,
    ];

    /// <summary>The texts that are asked for, one at least.</summary>
    /// <exception cref="InvalidRequestException">None or several of the options that give texts are there, or a file is no list of them.</exception>
    public IReadOnlyList<string> ReadPrompts(ParseResult arguments, CliConsole console)
    {
        Option<string?>[] given = [.. new[] { Prompt, File, Json }.Where(option => arguments.GetValue(option) is not null)];
        if (given.Length != 1)
        {
            throw new InvalidRequestException(given.Length == 0
                ? "text needs a text: give --prompt TEXT, --prompt-file FILE or --prompts-json F.json"
                : $"{given[0].Name} and {given[1].Name} both give texts; give one of them");
        }
        string value = arguments.GetValue(given[0])!;
        bool clean = !arguments.GetValue(NoClean);
        return given[0] == Prompt ? [PromptLength.Require(value, clean, Prompt.Name)]
            : given[0] == File ? PromptFile.Read(console, value, clean)
            : [.. PromptsJson.Read(console, value, clean).Select(record => record.Prompt)];
    }
}
