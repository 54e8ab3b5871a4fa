using System.Globalization;

namespace NarVulkan.Endurance;

/// <summary>How two drivers agree about one sample.</summary>
/// <param name="Sample">Which one.</param>
/// <param name="Equal">Tokens that are equal; behind the first difference they are so by chance.</param>
/// <param name="Count">All tokens.</param>
/// <param name="FirstDifference">Number in order of generation of the first token that differs; null: none does.</param>
/// <param name="Token">That token.</param>
/// <param name="Other">The other driver's.</param>
/// <param name="Rounding">Largest difference of the two drivers' logits there, before which all tokens were equal.</param>
/// <param name="Margin">How far logits had to move for the draw to change; NaN: the draw does not follow from the logits.</param>
internal sealed record SampleAgreement(int Sample, int Equal, int Count, int? FirstDifference, int Token, int Other, double Rounding, double Margin)
{
    // What README.md promises of logits beside the original implementation's.
    private const double MostRounding = 1e-3;

    /// <summary>Whether rounding explains the difference: the draw changes on the way from the one's logits to the other's, and these are as close as rounding leaves them.</summary>
    public bool IsExplained => FirstDifference is null || (Margin <= Rounding && Rounding <= MostRounding);

    public override string ToString() => FirstDifference is null
        ? $"sample {Sample}: all {Count} tokens equal"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"sample {Sample}: token {FirstDifference} in order of generation is {Token}, and {Other} there; logits differ by {Rounding:0.0e0} at most, and a move of {Margin:0.0e0} changes the draw{(IsExplained ? "" : ": NOT EXPLAINED by rounding")}");
}
