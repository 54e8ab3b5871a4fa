using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Commands;

/// <summary>What <c>decode</c> and <c>encode</c> ask of a model folder.</summary>
internal static class TokenizerChecks
{
    /// <summary>What the folder's tokenizer is for.</summary>
    /// <exception cref="ModelFileException">The folder has no tokenizer.</exception>
    public static NarMedia Require(ModelFolder folder, LocatedModel located) => folder.Tokenizer is null
        ? throw new ModelFileException(located.Directory, "has no tokenizer, so its tokens cannot be turned into pictures or pictures into tokens")
        : folder.MediaOf()!.Value;
}
