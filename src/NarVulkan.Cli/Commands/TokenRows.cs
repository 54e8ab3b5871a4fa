using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Commands;

/// <summary>Tokens from a file: a row for each sample, raster order.</summary>
/// <param name="File">Where they come from, as typed.</param>
/// <param name="Shape">Shape of the array, in words.</param>
/// <param name="Values">[rows, width].</param>
/// <param name="Rows">Samples; may be 0.</param>
/// <param name="Width">Tokens of each.</param>
internal sealed record TokenRows(string File, string Shape, int[] Values, int Rows, int Width)
{
    /// <exception cref="InvalidRequestException">The array is no [N] or [B,N] of whole numbers.</exception>
    public static TokenRows From(NpyArray array, string file)
    {
        IReadOnlyList<int> shape = array.Shape;
        string words = $"[{string.Join(", ", shape)}]";
        return shape.Count is 1 or 2
            ? new TokenRows(file, words, array.ToInts(), shape.Count == 1 ? 1 : shape[0], shape[^1])
            : throw new InvalidRequestException($"{file}: has shape {words}, but tokens are [B,N]");
    }

    /// <exception cref="InvalidRequestException">There are none, or not as many for each sample.</exception>
    public void RequireWidth(int tokens, string model)
    {
        if (Width != tokens || Rows < 1)
        {
            throw new InvalidRequestException($"{File}: has shape {Shape}, but {model} needs [B, {tokens}]");
        }
    }

    /// <exception cref="InvalidRequestException">One is no code of the model.</exception>
    public void RequireCodes(NarModelInfo info)
    {
        int wrong = Array.FindIndex(Values, code => (uint)code >= (uint)info.Vocabulary);
        if (wrong >= 0)
        {
            throw new InvalidRequestException($"{File}: holds the token {Values[wrong]}, but {info.Name} has tokens from 0 to {info.Vocabulary - 1}");
        }
    }
}
