using System.CommandLine;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Options;

/// <summary>Which model a command works with.</summary>
internal sealed class ModelOptions
{
    public Option<string?> Video { get; } = OptionKinds.Text(
        "--video", "NAME", "a named video model: ucf, demo, or any folder that 'narvk models' lists");

    public Option<string?> Image { get; } = OptionKinds.Text(
        "--image", "NAME", "a named image model: imagenet, demo, or any folder that 'narvk models' lists");

    public Option<string?> Model { get; } = OptionKinds.Text("--model", "DIR", "a model folder (narvk.json, or a hub folder's config.json), for images or videos");

    public Option<string?> Weights { get; } = OptionKinds.Text("--weights", "DIR", "look for named models in this folder first");

    public Option<bool> Verify { get; } = OptionKinds.Flag("--verify", "compare the model's files with its SHA256SUMS first (a fetched model has one)");

    public OptionGroup Group => new("Model", Video, Image, Model, Weights, Verify);

    /// <summary>Whether a model is asked for.</summary>
    public bool IsGiven(ParseResult arguments) => (arguments.GetValue(Video) ?? arguments.GetValue(Image) ?? arguments.GetValue(Model)) is not null;

    /// <summary>Finds the model that is asked for.</summary>
    /// <exception cref="InvalidRequestException">None or two were asked for.</exception>
    /// <param name="arguments">The command line.</param>
    /// <param name="console">The outside world.</param>
    /// <param name="forPrompts">Without a model, one that is installed and reads prompts will do.</param>
    /// <exception cref="ModelFileException">It is not there.</exception>
    public LocatedModel Locate(ParseResult arguments, CliConsole console, bool forPrompts = false)
    {
        Option<string?>[] given = [.. new[] { Video, Image, Model }.Where(option => arguments.GetValue(option) is not null)];
        if (given.Length > 1)
        {
            throw new InvalidRequestException($"{given[0].Name} and {given[1].Name} both name a model; give one of them");
        }
        if (given.Length == 0 && forPrompts)
        {
            return new ModelLocator(console, arguments.GetValue(Weights)).ForPrompts() with { Verify = arguments.GetValue(Verify) };
        }
        if (given.Length == 0)
        {
            throw new InvalidRequestException("no model given: use --video NAME (ucf, demo), --image NAME (imagenet, demo), --prompt TEXT or --model DIR; 'narvk --help' lists everything");
        }
        string name = arguments.GetValue(given[0])!;
        LocatedModel located = given[0] == Model
            ? new LocatedModel(console.Resolve(name), null, null)
            : new ModelLocator(console, arguments.GetValue(Weights)).Named(name, given[0] == Image ? NarMedia.Image : NarMedia.Video);
        return located with { Verify = arguments.GetValue(Verify) };
    }
}
