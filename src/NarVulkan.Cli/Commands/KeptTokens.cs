using System.Globalization;

namespace NarVulkan.Cli.Commands;

/// <summary>The tokens that a generation continues.</summary>
/// <param name="Tokens">[samples, tokens], raster order; those of later steps are replaced.</param>
/// <param name="Steps">Leading steps whose tokens are kept.</param>
/// <param name="PerSample">Tokens of a sample that these steps are.</param>
/// <param name="Of">Tokens of a sample in all.</param>
internal sealed record KeptTokens(int[] Tokens, int Steps, int PerSample, int Of)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"kept the first {Steps} steps, {PerSample} of {Of} tokens{(Tokens.Length > Of ? " of each sample" : "")}");
}
