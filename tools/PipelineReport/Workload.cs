namespace PipelineReport;

/// <summary>Something that the product does on a device.</summary>
/// <param name="Name">Architecture or tokenizer, size, precision.</param>
/// <param name="Record">Records it, as often as it takes for every way that it can be cut, and forgets it.</param>
internal sealed record Workload(string Name, Action Record);
