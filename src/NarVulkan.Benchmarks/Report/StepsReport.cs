namespace NarVulkan.Benchmarks.Report;

/// <summary>Every step of a generation.</summary>
/// <param name="Samples">Samples side by side.</param>
/// <param name="Runs">Timed runs.</param>
/// <param name="ByTimestamps">Whether the device's own clock was read.</param>
/// <param name="Steps">The steps, in order.</param>
internal sealed record StepsReport(int Samples, int Runs, bool ByTimestamps, IReadOnlyList<StepTiming> Steps)
{
    /// <summary>Seconds of each part over all steps, in order of first appearance.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Parts
    {
        get
        {
            var sums = new List<KeyValuePair<string, double>>();
            foreach (var part in Steps.SelectMany(step => step.Parts))
            {
                int known = sums.FindIndex(sum => sum.Key == part.Key);
                if (known < 0)
                {
                    sums.Add(part);
                }
                else
                {
                    sums[known] = new(part.Key, sums[known].Value + part.Value);
                }
            }
            return sums;
        }
    }

    /// <summary>Device time of the generation.</summary>
    public double DeviceSeconds => Steps.Sum(step => step.DeviceSeconds);

    /// <summary>Bytes of weights that a generation reads.</summary>
    public long WeightBytes => Steps.Sum(step => step.WeightBytes);
}
