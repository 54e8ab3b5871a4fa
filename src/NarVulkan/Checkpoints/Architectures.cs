namespace NarVulkan.Checkpoints;

/// <summary>Names of the architectures in <c>narvk.json</c>, and what they imply.</summary>
internal static class Architectures
{
    public static IReadOnlyDictionary<string, Architecture> ByName { get; } = new Dictionary<string, Architecture>(StringComparer.Ordinal)
    {
        ["nar-c2i"] = Architecture.NarClassToImage,
        ["nar-t2i"] = Architecture.NarTextToImage,
        ["nar-c2v"] = Architecture.NarClassToVideo,
        ["nar-c2v-fp"] = Architecture.NarFramePrediction,
        ["par-c2i"] = Architecture.ParClassToImage,
        ["llamagen-c2i"] = Architecture.LlamaGenClassToImage,
        ["llamagen-t2i"] = Architecture.LlamaGenTextToImage,
        ["larp-c2v"] = Architecture.LarpClassToVideo,
    };

    public static string Name(this Architecture architecture) => ByName.First(entry => entry.Value == architecture).Key;

    public static bool IsVideo(this Architecture architecture)
        => architecture is Architecture.NarClassToVideo or Architecture.NarFramePrediction or Architecture.LarpClassToVideo;

    /// <summary>Blocks after the trunk that serve the further heads, in the published models. Shapes do not tell.</summary>
    public static int DefaultExtraHeadBlocks(this Architecture architecture) => architecture switch
    {
        Architecture.NarClassToVideo or Architecture.NarFramePrediction => 2,
        Architecture.NarClassToImage or Architecture.NarTextToImage => 1,
        _ => 0,
    };

    /// <summary>
    /// Condition tokens of the published models: a class is one, a text 120, and frame prediction takes the codes of a whole clip and
    /// a separator.
    /// </summary>
    public static int DefaultConditionTokens(this Architecture architecture, IReadOnlyList<int> grid) => architecture switch
    {
        Architecture.NarTextToImage or Architecture.LlamaGenTextToImage => 120,
        Architecture.NarFramePrediction => grid.Aggregate(1, (tokens, side) => tokens * side) + 1,
        _ => 1,
    };
}
