using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>How far a generation had come whose pictures are written before its end: the rest of their tokens stands for the nearest ones.</summary>
/// <param name="Steps">Steps that were done.</param>
/// <param name="AllSteps">Steps of the whole.</param>
/// <param name="Tokens">Tokens that a sample had.</param>
/// <param name="AllTokens">Tokens of a whole sample.</param>
internal sealed record UnfinishedWork(int Steps, int AllSteps, int Tokens, int AllTokens)
{
    /// <summary>What the names of files end in; in the order of the steps where names are sorted.</summary>
    public string NamePart
    {
        get
        {
            string all = AllSteps.ToString(CultureInfo.InvariantCulture);
            return $"-step{Steps.ToString(CultureInfo.InvariantCulture).PadLeft(all.Length, '0')}-of-{all}";
        }
    }

    /// <summary>As pictures say it of themselves.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"unfinished: {Steps} of {AllSteps} steps, {Tokens} of {AllTokens} tokens");
}
