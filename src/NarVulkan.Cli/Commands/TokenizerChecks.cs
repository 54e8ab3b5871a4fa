using NarVulkan.Checkpoints;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>What <c>decode</c> and <c>encode</c> share: a model of which only the tokenizer is loaded.</summary>
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

    /// <summary>Loads the tokenizer, showing how far it has come.</summary>
    public static IEngineModel Load(IEngineContext context, LocatedModel located, NarPrecision precision, RunReport report, Action<WorkState> show)
    {
        show(new WorkState("loading", 0, ""));
        return report.Time("load", () => context.Load(located.Directory, new NarLoadOptions
        {
            Precision = precision,
            Generator = false,
            Progress = progress => show(new WorkState(
                "loading", progress.BytesTotal > 0 ? (double)progress.BytesDone / progress.BytesTotal : 0, "")),
        }));
    }
}
