using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>All options of <c>narvk generate</c>, which are those of <c>narvk</c> without a command.</summary>
internal sealed class GenerateOptions
{
    public GenerateOptions() => Dumps = new DumpOptions(Pictures.DumpFrames);

    public ModelOptions Model { get; } = new();

    public RequestOptions Request { get; } = new();

    public PromptOptions Prompts { get; } = new();

    public TextOptions Text { get; } = new();

    public KeepOptions Keep { get; } = new();

    public SamplingOptions Sampling { get; } = new();

    public PictureOptions Pictures { get; } = new();

    public DumpOptions Dumps { get; }

    public LiveOptions Watching { get; } = new();

    public SampleOptions Many { get; } = new();

    public CompareOptions Comparison { get; } = new();

    public EngineOptions Engine { get; } = new();

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<OptionGroup> Groups =>
        [Model.Group, Request.Group, Prompts.Group, Text.Group, Keep.Group, Sampling.Group, Pictures.Group, Dumps.Group, Watching.Group, Many.Group, Comparison.Group, Engine.Group, Reporting.Group];
}
