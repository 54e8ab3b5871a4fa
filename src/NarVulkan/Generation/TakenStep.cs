using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>A step, or what was left of it, that was handed out for a submission.</summary>
/// <param name="Cursor">The chain that it is of.</param>
/// <param name="Next">Where the cursor was before.</param>
/// <param name="Step">The step's number.</param>
/// <param name="Pieces">Its pieces.</param>
internal sealed record TakenStep(PieceCursor Cursor, int Next, int Step, IReadOnlyList<RecordedPiece> Pieces);
