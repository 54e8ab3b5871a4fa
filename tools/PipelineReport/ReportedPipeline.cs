namespace PipelineReport;

/// <summary>A row of the report.</summary>
/// <param name="Name">Shader, variant and specialisation constants.</param>
/// <param name="Workload">The first workload that used it.</param>
/// <param name="Statistics">What the driver says of it.</param>
internal sealed record ReportedPipeline(string Name, string Workload, PipelineStatistics Statistics);
