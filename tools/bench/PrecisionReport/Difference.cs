namespace PrecisionReport;

/// <summary>A token that differs though all tokens before it are equal.</summary>
/// <param name="Token">The token, in order of generation.</param>
/// <param name="Margin">With exact weights: the largest logit minus the second largest.</param>
/// <param name="LogitError">Largest difference of any of the token's logits.</param>
/// <param name="ErrorOfBoth">Sum of the differences of the two logits that changed places.</param>
internal sealed record Difference(int Token, double Margin, double LogitError, double ErrorOfBoth);
