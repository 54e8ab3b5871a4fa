using System.Globalization;
using NarVulkan.Vulkan;

namespace PipelineReport;

/// <summary>The report as Markdown.</summary>
internal static class ReportTable
{
    public static void Print(TextWriter output, DeviceProfile profile, IReadOnlyList<ReportedPipeline> pipelines, IEnumerable<string> unused)
    {
        output.WriteLine($"### {profile.Name}, {profile.DriverName} {profile.DriverInfo}");
        output.WriteLine();
        output.WriteLine("| pipeline | lanes | VGPRs | SGPRs | spilled | scratch | LDS | waves/SIMD | instructions | code | first used by |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, workload, s) in pipelines)
        {
            output.WriteLine(
                $"| {name} | {s.SubgroupSize} | {Text(s.VectorRegisters)} | {Text(s.ScalarRegisters)} | {Text(s.SpilledRegisters)} | {Text(s.ScratchBytes)} "
                + $"| {Text(s.SharedBytes)} | {Text(s.Occupancy)} | {Text(s.Instructions)} | {Text(s.CodeBytes)} | {workload} |");
        }

        output.WriteLine();
        var spilling = pipelines.Where(pipeline => pipeline.Statistics.Spills).Select(pipeline => pipeline.Name).ToList();
        output.WriteLine($"{pipelines.Count} pipelines; {(spilling.Count == 0 ? "none spills" : $"{spilling.Count} spill: {string.Join(", ", spilling)}")}.");
        output.WriteLine($"In the build, but used by no workload on this device: {string.Join(", ", unused.DefaultIfEmpty("nothing"))}.");
    }

    public static void PrintStatistics(TextWriter output, IEnumerable<ReportedPipeline> pipelines)
    {
        foreach (var (name, _, statistics) in pipelines)
        {
            output.WriteLine();
            output.WriteLine(name);
            foreach (var (statistic, value) in statistics.Values)
            {
                output.WriteLine($"  {statistic} {Text(value)}");
            }
        }
    }

    private static string Text(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
