using System.Security.Cryptography;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Commands;

/// <summary>The conditions of frame prediction: one row of codes for each clip to continue.</summary>
/// <param name="file">Where they come from, as typed.</param>
/// <param name="tokens">[rows, width].</param>
/// <param name="rows">Clips.</param>
/// <param name="width">Codes of each, the separator included.</param>
internal sealed class ClipCondition(string file, int[] tokens, int rows, int width) : IConditionRows
{
    public int Rows => rows;

    public int Width => width;

    public string LabelOf(int row) => $"clip{row}";

    public string Fingerprint
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            RowValues.AddTo(hash, tokens);
            return $"{rows}x{width} {Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
        }
    }

    /// <exception cref="InvalidRequestException">The file is missing, damaged, or no [B,Tc] of whole numbers.</exception>
    public static ClipCondition Read(CliConsole console, string file)
    {
        NpyArray array = NpyFile.Read(console.Resolve(file));
        return array.Shape.Count == 2 && array.Shape[0] > 0 && array.Shape[1] > 0
            ? new ClipCondition(file, array.ToInts(), array.Shape[0], array.Shape[1])
            : throw new InvalidRequestException($"{file}: has shape [{string.Join(", ", array.Shape)}], but condition tokens are [B,Tc]");
    }

    public void Check(NarModelInfo info)
    {
        if (width != info.ConditionTokens)
        {
            throw new InvalidRequestException($"{file}: holds {width} codes a clip, but {info.Name} takes {info.ConditionTokens}, the last of them the separator");
        }
    }

    public NarGenerationRequest AddTo(NarGenerationRequest request, IReadOnlyList<int> chosen) =>
        request with { ConditionTokens = RowValues.Pick(tokens, rows, chosen) };
}
