using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>What samples are conditioned on, where it comes from a file, row by row, instead of being classes.</summary>
internal interface IConditionRows
{
    /// <summary>Rows: items of the request.</summary>
    int Rows { get; }

    /// <summary>Values of a row.</summary>
    int Width { get; }

    /// <summary>What a row is, in the names of files.</summary>
    string Label { get; }

    /// <exception cref="InvalidRequestException">The rows do not fit the model.</exception>
    void Check(NarModelInfo info);

    /// <summary>The request with a row for each of its samples.</summary>
    NarGenerationRequest AddTo(NarGenerationRequest request, SamplePlan samples);
}
