using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>How <c>narvk inspect</c> writes a model folder, and what no file tells.</summary>
internal sealed class InitOptions
{
    private const int MostHeads = 1024;

    private readonly Option<string?> directory = OptionKinds.Text(
        "--init", "DIR", "write DIR/narvk.json, which refers to the files where they lie; then 'narvk --model DIR' runs them");

    private readonly Option<int?> heads = OptionKinds.Integer(
        "--heads", "N", "attention heads, for models of no published size whose file does not say", 1, MostHeads);

    private readonly Option<int[]?> grid = OptionKinds.TokenGrid(
        "--grid", "token grid, for models whose file does not say: 16,16 makes 256 pixels, 24,24 makes 384");

    private readonly Option<string?> classes = OptionKinds.Text("--classes", "FILE", "class names, one a line in the order of the labels; copied into DIR");

    public OptionGroup Group => new("Model folder", directory, heads, grid, classes);

    /// <summary>Null where no folder is to be written.</summary>
    /// <exception cref="InvalidRequestException">An option is given that only serves <c>--init</c>.</exception>
    public InitSettings? Read(ParseResult arguments, CliConsole console)
    {
        int? headCount = arguments.GetValue(heads);
        // The parser makes an empty list of what was not given.
        int[]? tokenGrid = arguments.GetValue(grid) is { Length: > 0 } sides ? sides : null;
        string? classFile = arguments.GetValue(classes);
        if (arguments.GetValue(directory) is { } folder)
        {
            return new InitSettings(console.Resolve(folder), headCount, tokenGrid, classFile is null ? null : console.Resolve(classFile));
        }
        return headCount is null && tokenGrid is null && classFile is null
            ? null
            : throw new InvalidRequestException($"{(headCount is not null ? "--heads" : tokenGrid is not null ? "--grid" : "--classes")} is for --init DIR, which is not given");
    }
}
