namespace NarVulkan.Checkpoints;

/// <summary>
/// The published generators by width and depth. Head counts cannot be read from tensor shapes, so this table answers for files that
/// come without settings. Source: the model definitions of LlamaGen, PAR, NAR and LARP.
/// </summary>
internal static class PublishedSizes
{
    private static readonly (string Name, int Width, int Layers, int Heads)[] Images =
    [
        ("B", 768, 12, 12), ("M", 1024, 18, 16), ("L", 1024, 24, 16), ("XL", 1280, 36, 20), ("XXL", 1536, 48, 24),
        ("XXXL", 2560, 48, 40), ("1B", 2048, 22, 32), ("3B", 3200, 24, 32), ("7B", 4096, 32, 32),
    ];

    private static readonly (string Name, int Width, int Layers, int Heads)[] Videos =
    [
        ("S", 384, 12, 6), ("B", 768, 12, 12), ("L", 1024, 24, 16), ("LP", 1280, 30, 20), ("XL", 1280, 36, 20), ("XXL", 1536, 48, 24),
    ];

    /// <summary>Names of the published sizes.</summary>
    public static IEnumerable<string> Names(bool isVideo) => (isVideo ? Videos : Images).Select(size => size.Name);

    /// <summary>Width, trunk blocks and heads of the published model of that name; null if there is none.</summary>
    public static (int Width, int Layers, int Heads)? Find(bool isVideo, string name)
    {
        foreach ((string candidate, int width, int layers, int heads) in isVideo ? Videos : Images)
        {
            if (candidate == name)
            {
                return (width, layers, heads);
            }
        }
        return null;
    }

    /// <summary>Name and heads of the published model with this width and number of trunk blocks; null if there is none.</summary>
    public static (string Name, int Heads)? Find(bool isVideo, long width, int layers)
    {
        foreach ((string name, int candidateWidth, int candidateLayers, int heads) in isVideo ? Videos : Images)
        {
            if (candidateWidth == width && candidateLayers == layers)
            {
                return (name, heads);
            }
        }
        return null;
    }
}
