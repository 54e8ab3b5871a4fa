using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>Loads a model, timed and with its progress shown.</summary>
internal static class ModelLoad
{
    /// <exception cref="ModelFileException">A file is missing or wrong.</exception>
    /// <exception cref="DeviceException">The device has no room for it, or failed.</exception>
    public static IEngineModel Run(IEngineContext context, LocatedModel located, NarLoadOptions options, RunReport report, Action<WorkState> show)
    {
        show(new WorkState("loading", 0, ""));
        return report.Time("load", () => context.Load(located.Directory, options with
        {
            Progress = progress => show(new WorkState("loading", progress.WeightsTotal > 0 ? (double)progress.WeightsDone / progress.WeightsTotal : 0, "")),
        }));
    }
}
