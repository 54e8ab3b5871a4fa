namespace NarVulkan.Text;

/// <summary>A piece of a text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its characters; of an unknown piece, those of the text.</param>
internal readonly record struct EncodedPiece(int Id, string Text);
