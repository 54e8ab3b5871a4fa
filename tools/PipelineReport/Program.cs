using System.CommandLine;
using NarVulkan;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace PipelineReport;

/// <summary>
/// Records what the product records for every published model, on a device that need not run anything, and prints what the
/// driver's compiler made of each pipeline that came up. Nothing here lists kernels or tilings: what a model uses is in the
/// table, and what is in the build but no model uses on this device is named below it.
/// </summary>
internal static class Program
{
    private const int Fine = 0, Spilled = 1, Unusable = 2, Outdated = 3;

    private static int Main(string[] arguments)
    {
        var device = new Option<string>("--device") { DefaultValueFactory = _ => "auto", Description = "Index or name of the device." };
        var match = new Option<string>("--match") { DefaultValueFactory = _ => "", Description = "Only pipelines whose name contains this, e.g. matmul or f16-storage." };
        var everything = new Option<bool>("--statistics") { Description = "Also print every statistic of the driver, pipeline by pipeline." };
        var shaders = new Option<DirectoryInfo?>("--shaders") { Description = "Folder whose compiled shaders come before the embedded ones." };
        var treatAsDiscrete = new Option<bool>("--as-gpu") { Description = "Use the tilings of a discrete GPU whatever the device is." };
        var compare = new Option<FileInfo?>("--compare")
        {
            Description = "Print what differs from this kept report (tools/bench/PIPELINES.md) instead. Exit code 1: a spill that was not kept; 3: the same driver, and it is not as it was kept.",
        };
        var root = new RootCommand("Registers, spills, shared memory and occupancy of every pipeline that the product uses. Exit code 1: something spills.")
        {
            device, match, everything, shaders, treatAsDiscrete, compare,
        };
        root.SetAction(parsed =>
        {
            var options = new DeviceOptions
            {
                Selector = parsed.GetValue(device)!,
                LoadApi = CompilerOnly.Load,
                PipelineCacheDirectory = "",
                ShaderDirectory = parsed.GetValue(shaders)?.FullName,
                TreatAsDiscrete = parsed.GetValue(treatAsDiscrete),
            };
            try
            {
                return Report(options, parsed.GetValue(match)!, parsed.GetValue(everything), parsed.GetValue(compare));
            }
            catch (NarException e)
            {
                Console.Error.WriteLine(e.Message);
                return Unusable;
            }
        });
        return root.Parse(arguments).Invoke();
    }

    private static int Report(DeviceOptions options, string match, bool everything, FileInfo? kept)
    {
        var pipelines = new List<ReportedPipeline>();
        var known = new HashSet<string>();
        DeviceProfile profile;
        using (var context = NarContext.Create(options with { IntegerDotProducts = false }))
        {
            profile = context.Vulkan.Profile;
            Collect(context, Workloads.All(context), match, pipelines, known);
        }
        // What is used only where it is asked for.
        using (var context = NarContext.Create(options with { IntegerDotProducts = true }))
        {
            if (context.Vulkan.Profile.IntegerDotProducts)
            {
                Collect(context, Workloads.Of(context, NarPrecision.Q8), match, pipelines, known);
            }
        }

        pipelines.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        if (kept is not null)
        {
            return Compare(kept, profile, pipelines);
        }
        ReportTable.Print(Console.Out, profile, pipelines, Unused(known));
        if (everything)
        {
            ReportTable.PrintStatistics(Console.Out, pipelines);
        }

        return pipelines.Any(pipeline => pipeline.Statistics.Spills) ? Spilled : Fine;
    }

    private static void Collect(NarContext context, IEnumerable<Workload> workloads, string match, List<ReportedPipeline> pipelines, HashSet<string> known)
    {
        var reader = new StatisticsReader(context.Vulkan);
        foreach (var workload in workloads)
        {
            workload.Record();
            foreach (var (name, pipeline) in context.Vulkan.Pipelines.Compiled)
            {
                if (known.Add(name) && name.Contains(match, StringComparison.Ordinal))
                {
                    pipelines.Add(new ReportedPipeline(name, workload.Name, reader.Read(name, pipeline)));
                }
            }
        }
    }

    /// <summary>Says what is not as it was kept.</summary>
    private static int Compare(FileInfo file, DeviceProfile profile, IReadOnlyList<ReportedPipeline> pipelines)
    {
        using var text = file.OpenText();
        // As it would be written, and read again: what is compared is what would be kept.
        using var written = new StringWriter();
        ReportTable.Print(written, profile, pipelines, []);
        using var again = new StringReader(written.ToString());
        var now = KeptReport.Read(again, profile.Name)!;
        if (KeptReport.Read(text, profile.Name) is not { } kept)
        {
            Console.Error.WriteLine($"{file.Name} has no part of {profile.Name}: write it with tools/PipelineReport/update.sh");
            return Unusable;
        }

        var differences = kept.Differences(now, out int newSpills);
        foreach (string difference in differences)
        {
            Console.WriteLine(difference);
        }
        Console.WriteLine($"{profile.Name}: {pipelines.Count} pipelines, {newSpills} new spills, {differences.Count - newSpills} other differences from what {kept.Driver} made{(kept.Driver == now.Driver ? "" : $"; this is {now.Driver}")}");
        return newSpills > 0 ? Spilled
            : differences.Count > 0 && kept.Driver == now.Driver ? Outdated
            : Fine;
    }

    /// <summary>Shaders of the build that no pipeline was made of.</summary>
    private static IEnumerable<string> Unused(IEnumerable<string> pipelines)
    {
        const string Extension = ".spv";
        var used = pipelines.Select(name => name[..name.IndexOf('[', StringComparison.Ordinal)]).ToHashSet();
        return typeof(MatmulKernel).Assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(Extension, StringComparison.Ordinal))
            .Select(resource => resource[..^Extension.Length])
            .Where(shader => !used.Contains(shader))
            .Order(StringComparer.Ordinal);
    }
}
