namespace NarVulkan;

/// <summary>What a request produced. Arrays belong to the caller.</summary>
public sealed record NarGenerationResult
{
    /// <summary>Tokens [samples, tokens], raster order (frame, row, column).</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Logits [samples, tokens, vocabulary] in order of generation, after guidance and head averaging, before temperature; null unless asked for.</summary>
    public float[]? Logits { get; init; }

    /// <summary>Decoder output [samples, 3, frames, height, width], unclamped, nominally 0..1 for clips and -1..1 for images (of one frame); null unless asked for.</summary>
    public float[]? Frames { get; init; }

    /// <summary>Time per phase.</summary>
    public required NarTimings Timings { get; init; }
}
