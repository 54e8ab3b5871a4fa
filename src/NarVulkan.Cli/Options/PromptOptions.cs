using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>The texts that images are made of.</summary>
internal sealed class PromptOptions
{
    public Option<string?> Prompt { get; } = OptionKinds.Text(
        "--prompt", "TEXT", "what to show, 16,384 characters at most; without a model, the first installed one that reads text makes it. One that begins with dashes: --prompt=TEXT");

    public Option<string?> File { get; } = OptionKinds.Text("--prompt-file", "FILE", "prompts, one a line, of 16,384 characters at most; blank lines are passed over");

    public Option<string?> Json { get; } = OptionKinds.Text(
        "--prompts-json", "FILE", "prompts for an evaluator, such as GenEval's evaluation_metadata.jsonl: --count images of each (default: 4) in --out DIR, in the folders that GenEval reads; the same command goes on after a stop");

    public Option<string?> Negative { get; } = OptionKinds.Text(
        "--negative", "TEXT", "what to guide away from, for all prompts: takes the place of the model's own features of no text; needs --cfg above 1");

    public Option<bool> NoClean { get; } = OptionKinds.Flag(
        "--no-clean", "take prompts in lower case, but else as they are, and longer ones too; by default they are cleaned as the captions that the models were trained with");

    public OptionGroup Group => new("Prompt (models with a text encoder)", Prompt, File, Json, Negative, NoClean);

    /// <summary>Whether there are prompts.</summary>
    public bool IsGiven(ParseResult arguments) => (arguments.GetValue(Prompt) ?? arguments.GetValue(File) ?? arguments.GetValue(Json)) is not null;

    /// <summary>Null where there are none.</summary>
    /// <exception cref="InvalidRequestException">Two options say the same, one is given without what it belongs to, or the file is no list of prompts.</exception>
    public PromptSettings? Read(ParseResult arguments, CliConsole console)
    {
        if (!IsGiven(arguments))
        {
            OptionRules.Refuse(arguments, [Negative, NoClean], "goes with a prompt; give --prompt TEXT or --prompt-file FILE");
            return null;
        }
        Option<string?>[] given = [.. new[] { Prompt, File, Json }.Where(option => arguments.GetValue(option) is not null)];
        if (given.Length > 1)
        {
            throw new InvalidRequestException($"{given[0].Name} and {given[1].Name} both give prompts; give one of them");
        }
        string value = arguments.GetValue(given[0])!;
        bool clean = !arguments.GetValue(NoClean);
        IReadOnlyList<PromptRecord>? records = given[0] == Json ? PromptsJson.Read(console, value, clean) : null;
        IReadOnlyList<string> prompts = records is not null ? [.. records.Select(record => record.Prompt)]
            : given[0] == File ? PromptFile.Read(console, value, clean)
            : [PromptLength.Require(value, clean, Prompt.Name)];
        string? negative = arguments.GetValue(Negative) is { } text ? PromptLength.Require(text, clean, Negative.Name) : null;
        return new PromptSettings(prompts, negative, clean) { Records = records };
    }
}
