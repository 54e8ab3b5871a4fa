namespace NarVulkan.Text;

/// <summary>An entry of the vocabulary; its id is its place.</summary>
/// <param name="Text">Characters, a space as U+2581; valid UTF-16.</param>
/// <param name="Score">Log probability; finite.</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);
