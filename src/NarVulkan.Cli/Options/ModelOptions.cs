using System.CommandLine;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Options;

/// <summary>Which model a command works with.</summary>
internal sealed class ModelOptions
{
    public Option<string?> Video { get; } = OptionKinds.Text(
        "--video", "NAME", "a named video model: ucf, demo, or any folder that 'narvk models' lists");

    public Option<string?> Model { get; } = OptionKinds.Text("--model", "DIR", "a model folder (narvk.json, or a hub folder's config.json)");

    public Option<string?> Weights { get; } = OptionKinds.Text("--weights", "DIR", "look for named models in this folder first");

    public Option<string?> Image { get; } = OptionKinds.Later("--image", "make images");

    public Option<string?> Prompt { get; } = OptionKinds.Later("--prompt", "make images from text");

    public OptionGroup Group => new("Model", Video, Model, Weights);

    public IEnumerable<Option> Hidden => [Image, Prompt];

    /// <summary>Whether a model is asked for.</summary>
    public bool IsGiven(ParseResult arguments) => (arguments.GetValue(Video) ?? arguments.GetValue(Model)) is not null;

    /// <summary>Finds the model that is asked for.</summary>
    /// <exception cref="InvalidRequestException">None or two were asked for.</exception>
    /// <exception cref="ModelFileException">It is not there.</exception>
    public LocatedModel Locate(ParseResult arguments, CliConsole console)
    {
        string? name = arguments.GetValue(Video);
        string? folder = arguments.GetValue(Model);
        string? weights = arguments.GetValue(Weights);
        if (name is not null && folder is not null)
        {
            throw new InvalidRequestException("--video and --model both name a model; give one of them");
        }
        if (folder is not null)
        {
            return new LocatedModel(console.Resolve(folder), null, null);
        }
        return name is not null
            ? new ModelLocator(console, weights).Video(name)
            : throw new InvalidRequestException("no model given: use --video NAME (ucf, demo) or --model DIR; 'narvk --help' lists everything");
    }
}
