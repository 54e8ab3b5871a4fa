namespace NarVulkan.Generation;

/// <summary>A recording into a command buffer of the host that may not have run yet, and how it is taken back where it will not.</summary>
/// <param name="Value">What its end signals.</param>
/// <param name="Before">What the one before it signals that was not taken back.</param>
/// <param name="Cursor">The chain that it is of.</param>
/// <param name="Next">Where the cursor was before.</param>
/// <param name="StepsDone">Steps before.</param>
internal sealed record PendingRecording(ulong Value, ulong Before, PieceCursor Cursor, int Next, int StepsDone)
{
    /// <summary>Has a texture forget that it is written here; null where none is.</summary>
    public Action? Unwrite { get; init; }
}
