namespace NarVulkan.Cli.Sampling;

/// <summary>What the samples of a run are, by their global index.</summary>
internal interface ISampleSequence
{
    /// <summary>The item, a class or a condition row, that a sample is of.</summary>
    int ItemOf(int sample);

    /// <summary>The class of a sample.</summary>
    int ClassOf(int sample);

    /// <summary>The random stream of a sample.</summary>
    uint StreamOf(int sample);
}
