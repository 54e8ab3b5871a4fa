using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Commands;

/// <summary>The conditions of frame prediction: one row of codes for each clip to continue.</summary>
/// <param name="Tokens">[rows, width].</param>
/// <param name="Rows">Clips.</param>
/// <param name="Width">Codes of each, the separator included.</param>
internal sealed record ConditionRows(int[] Tokens, int Rows, int Width)
{
    /// <exception cref="InvalidRequestException">The file is missing, damaged, or no [B,Tc] of whole numbers.</exception>
    public static ConditionRows Read(string path, string typed)
    {
        NpyArray array = NpyFile.Read(path);
        return array.Shape.Count == 2 && array.Shape[0] > 0 && array.Shape[1] > 0
            ? new ConditionRows(array.ToInts(), array.Shape[0], array.Shape[1])
            : throw new InvalidRequestException($"{typed}: has shape [{string.Join(", ", array.Shape)}], but condition tokens are [B,Tc]");
    }
}
