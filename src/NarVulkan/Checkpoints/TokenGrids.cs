namespace NarVulkan.Checkpoints;

/// <summary>What the token grid of a model is where it is not named.</summary>
internal static class TokenGrids
{
    /// <summary>
    /// Square frames that hold so many tokens; of the possible frame counts of a clip the smallest above one, as in the published
    /// 4x16x16 = 1024. Null if there are none.
    /// </summary>
    public static IReadOnlyList<int>? Square(int tokens, bool isVideo)
    {
        (int fewest, int most) = isVideo ? (2, tokens) : (1, 1);
        for (int frames = fewest; frames <= most; frames++)
        {
            int side = (int)Math.Sqrt(tokens / frames);
            if (side > 0 && (long)frames * side * side == tokens)
            {
                return isVideo ? [frames, side, side] : [side, side];
            }
        }
        return null;
    }

    /// <summary>The grid that the settings of a trainer imply (<c>latent_shape</c>; <c>image_size</c> and <c>downsample_size</c>); null if they imply none.</summary>
    /// <param name="settings">As saved with the weights.</param>
    /// <param name="isVideo">What the model makes.</param>
    public static IReadOnlyList<int>? FromSettings(IReadOnlyDictionary<string, object?> settings, bool isVideo)
    {
        if (isVideo)
        {
            return settings.GetValueOrDefault("latent_shape") is IReadOnlyList<object?> { Count: 3 } shape && shape.All(side => side is long and > 0 and <= 4096)
                ? [.. shape.Select(side => (int)(long)side!)]
                : null;
        }
        if (settings.GetValueOrDefault("image_size") is long and > 0 and <= 65536 and var pixels
            && settings.GetValueOrDefault("downsample_size") is long and > 0 and <= 256 and var factor && pixels % factor == 0)
        {
            return [(int)(pixels / factor), (int)(pixels / factor)];
        }
        return settings.GetValueOrDefault("block_size") is long and > 0 and <= 1 << 20 and var tokens ? Square((int)tokens, isVideo: false) : null;
    }
}
