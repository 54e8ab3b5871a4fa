namespace NarVulkan;

/// <summary>Text features that a text-to-image model is conditioned on, as a text encoder leaves them.</summary>
public sealed record NarTextCondition
{
    /// <summary>float32 [samples, condition tokens, feature width]. Rows that the mask marks as padding count as zeros.</summary>
    public required float[] Features { get; init; }

    /// <summary>[samples, condition tokens]: 1 where a row is a token of the text, 0 where it is padding; null: every row is a token.</summary>
    public int[]? Mask { get; init; }

    /// <summary>
    /// Whether text at the left (padded on the right, as encoders leave it) is moved to the right end first, as the original
    /// does unless told otherwise. Features that are padded on the left already stay as they are.
    /// </summary>
    public bool LeftPad { get; init; } = true;
}
