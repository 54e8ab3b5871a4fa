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

    /// <summary>A hash of all rows and of how they are taken: the same samples need the same.</summary>
    string Fingerprint { get; }

    /// <summary>The request with a row for each of its samples.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rows">Which row each sample takes.</param>
    NarGenerationRequest AddTo(NarGenerationRequest request, IReadOnlyList<int> rows);
}
