using NarVulkan.Decoding;

namespace NarVulkan.Generation;

/// <summary>The steps of a generator as they are reported, made once.</summary>
internal sealed class GeneratorSteps
{
    private readonly DecodeSchedule schedule;
    private readonly NarStep[] steps;

    public GeneratorSteps(DecodeSchedule schedule)
    {
        this.schedule = schedule;
        steps = [.. schedule.Steps.Select(step => new NarStep(
            step.Index, schedule.Steps.Count, Array.AsReadOnly([.. step.Sampled.Select(token => token.RasterIndex)]), step.FirstSampled + step.Sampled.Count, schedule.Grid.Count))];
    }

    /// <summary>Tokens of a sample.</summary>
    public int TokenCount => schedule.Grid.Count;

    /// <summary>A step.</summary>
    public NarStep this[int index] => steps[index];

    /// <summary>Writes -1 where tokens, [samples, tokens] in raster order, do not exist after so many steps.</summary>
    public void HideFrom(Span<int> tokens, int stepsDone)
    {
        int known = stepsDone == 0 ? 0 : steps[stepsDone - 1].TokensDone;
        for (int first = 0; first < tokens.Length; first += TokenCount)
        {
            for (int index = known; index < TokenCount; index++)
            {
                tokens[first + schedule.OrderOfGeneration[index]] = -1;
            }
        }
    }
}
