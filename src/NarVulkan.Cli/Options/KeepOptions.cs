using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>What a generation continues.</summary>
internal sealed class KeepOptions
{
    public Option<string[]> Files { get; } = OptionKinds.Texts(
        "--keep",
        "FILE",
        "continue this picture or clip (input as encode takes it, of the model's size, or int32 tokens [1,N] or [B,N]): it is encoded, its tokens " +
        "of the first steps are kept, the rest is generated. A near-to-far model keeps the top left corner, of a clip that of the first frames; a raster " +
        "model the first rows; nothing else can be kept. Kept parts come back nearly, not exactly: the tokenizer loses detail, and decodes a token " +
        "together with its new neighbours");

    public Option<int?> Steps { get; } = OptionKinds.Integer("--keep-steps", "N", "steps whose tokens are kept (default: half of the model's)", 0, int.MaxValue);

    public OptionGroup Group => new("Continuation", Files, Steps);

    /// <summary>Null where nothing is continued.</summary>
    /// <exception cref="InvalidRequestException">There are steps to keep, but nothing to keep them of.</exception>
    public KeepSettings? Read(ParseResult arguments)
    {
        int? steps = arguments.GetValue(Steps);
        if (arguments.GetValue(Files) is { Length: > 0 } files)
        {
            return new KeepSettings(files, steps);
        }
        return steps is null
            ? null
            : throw new InvalidRequestException("--keep-steps says how much of a picture is kept; name the picture with --keep FILE");
    }
}
