using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Commands;

/// <summary>What <c>decode</c> and <c>encode</c> ask of a model folder.</summary>
internal static class TokenizerChecks
{
    /// <exception cref="ModelFileException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidRequestException">It has one for images.</exception>
    public static void Require(ModelFolder folder, LocatedModel located)
    {
        TokenizerDescription tokenizer = folder.Tokenizer
            ?? throw new ModelFileException(located.Directory, "has no tokenizer, so its tokens cannot be turned into pictures or pictures into tokens");
        if (tokenizer.Kind != TokenizerKind.Larp)
        {
            throw new InvalidRequestException($"{folder.Name} has a tokenizer for images, which is not in this version; it decodes and encodes videos only");
        }
    }
}
