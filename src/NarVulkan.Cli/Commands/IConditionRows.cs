using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>What samples are conditioned on, where it comes row by row, from a file or from prompts, instead of being classes.</summary>
internal interface IConditionRows
{
    /// <summary>Rows: items of the request.</summary>
    int Rows { get; }

    /// <summary>Values of a row.</summary>
    int Width { get; }

    /// <summary>What a row is, in the names of files.</summary>
    string LabelOf(int row);

    /// <summary>The prompt that a row is, as typed; null where it is none.</summary>
    string? PromptOf(int row) => null;

    /// <summary>The prompts of all rows; null where they are none.</summary>
    IReadOnlyList<string>? Prompts() => PromptOf(0) is null ? null : [.. Enumerable.Range(0, Rows).Select(row => PromptOf(row)!)];

    /// <summary>What prompts are guided away from, as typed; null for nothing.</summary>
    string? Negative => null;

    /// <summary>How rows are made where it is not as usual, for the record; null for nothing.</summary>
    string? Manner => null;

    /// <summary>Makes what takes a device, before the model is loaded.</summary>
    /// <param name="context">The device.</param>
    /// <param name="settings">Which model, and how it is loaded.</param>
    /// <param name="report">Gets the times.</param>
    /// <param name="show">Gets the progress.</param>
    /// <param name="cancellation">Ends it.</param>
    void Prepare(IEngineContext context, GenerateSettings settings, RunReport report, Action<WorkState> show, CancellationToken cancellation)
    {
    }

    /// <summary>A line for <c>--verbose</c>, once all is made; null for none.</summary>
    string? Detail => null;

    /// <exception cref="InvalidRequestException">The rows do not fit the model.</exception>
    void Check(NarModelInfo info);

    /// <summary>A hash of all rows and of how they are taken: the same samples need the same.</summary>
    string Fingerprint { get; }

    /// <summary>The request with a row for each of its samples.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rows">Which row each sample takes.</param>
    NarGenerationRequest AddTo(NarGenerationRequest request, IReadOnlyList<int> rows);
}
