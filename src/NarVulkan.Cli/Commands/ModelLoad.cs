using System.Globalization;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary>Loads a model, timed and with its progress shown.</summary>
internal static class ModelLoad
{
    private const double Million = 1e6;

    /// <exception cref="ModelFileException">A file is missing or wrong.</exception>
    /// <exception cref="DeviceException">The device has no room for it, or failed.</exception>
    public static IEngineModel Run(IEngineContext context, LocatedModel located, NarLoadOptions options, RunReport report, Action<WorkState> show)
    {
        show(new WorkState("loading", 0, ""));
        return report.Time("load", () => context.Load(located.Directory, options with
        {
            VerifyChecksums = located.Verify,
            Progress = progress => show(Describe(progress)),
        }));
    }

    /// <summary>How far loading has come.</summary>
    /// <param name="progress">What is verified or loaded.</param>
    /// <param name="loading">What to call the latter.</param>
    public static WorkState Describe(NarLoadProgress progress, string loading = "loading") => progress.BytesToVerify > 0
        ? new WorkState("verifying", (double)progress.BytesVerified / progress.BytesToVerify, $"{ByteText.Of(progress.BytesVerified)} of {ByteText.Of(progress.BytesToVerify)}")
        : new WorkState(
            loading,
            progress.WeightsTotal > 0 ? (double)progress.WeightsDone / progress.WeightsTotal : 0,
            string.Create(CultureInfo.InvariantCulture, $"{progress.WeightsDone / Million:N0} of {progress.WeightsTotal / Million:N0} million weights"));
}
