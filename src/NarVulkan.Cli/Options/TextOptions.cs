using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>The text that a text-to-image model is conditioned on, as a text encoder leaves it.</summary>
internal sealed class TextOptions
{
    public Option<string?> Features { get; } = OptionKinds.Text(
        "--condition", "F.npy", "text features, float32 or float16 [B,Tc,C]: one text a row, --count images of each");

    public Option<string?> Mask { get; } = OptionKinds.Text(
        "--condition-mask", "M.npy", "[B,Tc]: 1 where a feature is part of the text, 0 where it is padding (default: all are text)");

    public Option<bool> NoLeftPadding { get; } = OptionKinds.Flag(
        "--no-left-padding", "leave padding where the mask has it; by default the text moves to the right end, as the models were trained");

    public OptionGroup Group => new("Text (nar-t2i, llamagen-t2i)", Features, Mask, NoLeftPadding);

    /// <summary>Null where no text is given.</summary>
    /// <exception cref="InvalidRequestException">An option is given without the one that it belongs to.</exception>
    public TextSettings? Read(ParseResult arguments)
    {
        string? mask = arguments.GetValue(Mask);
        bool noLeftPadding = arguments.GetValue(NoLeftPadding);
        if (noLeftPadding && mask is null)
        {
            throw new InvalidRequestException("--no-left-padding is about the padding that a mask marks; give the mask with --condition-mask M.npy");
        }
        if (arguments.GetValue(Features) is { } features)
        {
            return new TextSettings(features, mask, LeftPad: !noLeftPadding);
        }
        return mask is null
            ? null
            : throw new InvalidRequestException("--condition-mask belongs to text features; give them with --condition F.npy");
    }
}
