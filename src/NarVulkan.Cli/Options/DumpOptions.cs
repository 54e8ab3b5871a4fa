using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Arrays that a generation leaves behind for other programs, as NumPy files.</summary>
internal sealed class DumpOptions(Option<string?> frames)
{
    public Option<string?> Tokens { get; } = OptionKinds.Text("--dump-tokens", "F.npy", "write the tokens: int32 [B,N], raster order");

    public Option<string?> Logits { get; } = OptionKinds.Text(
        "--dump-logits", "F.npy", "write the logits: float32 [B,N,V], order of generation, after guidance, before temperature");

    public Option<string?> Frames => frames;

    public OptionGroup Group => new("Arrays", Tokens, Logits, Frames);

    public DumpSettings Read(ParseResult arguments) => new(arguments.GetValue(Tokens), arguments.GetValue(Logits), arguments.GetValue(Frames));
}
