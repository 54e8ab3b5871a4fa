using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Models;

/// <summary>A model folder that was found for what the user asked for.</summary>
/// <param name="Directory">Full path of the folder.</param>
/// <param name="Notice">One line for the user where something else than asked for was found; null otherwise.</param>
/// <param name="StandsInFor">The known model that the bundled demo stands in for; null where there is no substitution.</param>
/// <param name="Asked">What it was asked to make, by <c>--image</c> or <c>--video</c>; null where <c>--model</c> takes whatever it makes.</param>
internal sealed record LocatedModel(string Directory, string? Notice, KnownModel? StandsInFor, NarMedia? Asked = null)
{
    /// <summary>Whether its files are compared with their checksums before they are loaded.</summary>
    public bool Verify { get; init; }

    /// <summary>Reads what the folder holds.</summary>
    /// <exception cref="ModelFileException">The folder or a file that it names is missing, its manifest is wrong, or its parts do not belong together.</exception>
    /// <exception cref="InvalidRequestException">It is for images where a video model was asked for, or the other way round.</exception>
    public ModelFolder Open()
    {
        ModelFolder folder = ModelFolder.Open(Directory);
        if (folder is { Generator: { } tokens, Tokenizer: { } pixels } && folder.MediaOf() != pixels.MediaOf())
        {
            throw new ModelFileException(Directory, $"has a {tokens.Architecture.Name()} generator and a {pixels.KindName()} tokenizer, which do not belong together");
        }
        if (Asked is not { } asked || folder.MediaOf() is not { } media || media == asked)
        {
            return folder;
        }
        string what = folder.Generator is { } generator ? generator.Architecture.Name() : $"a {folder.Tokenizer!.KindName()} tokenizer";
        throw new InvalidRequestException(
            $"{folder.Name} is {what}, for {media.Plural()} and not for {asked.Plural()}; use {media.OptionName()} instead of {asked.OptionName()}");
    }
}
