using System.CommandLine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;
using NarVulkan.Cli.Sampling;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk join</c>: the shards of a large run, put together to the bytes that the run would have written as a whole.</summary>
internal sealed class JoinCommand(CliConsole console) : ICliCommand
{
    private readonly Argument<string?> target = new("OUT.npz")
    {
        Description = "the file to write",
        // Zero is allowed here so that the program can say in its own words what is missing.
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> shards = new("SHARDS...")
    {
        Description = "the finished shards, in any order, each with its journal (FILE.journal) beside it",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public string Name => "join";

    public string Description => "put the shards of a large run together to one array";

    public IReadOnlyList<OptionGroup> Groups => [Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [target, shards];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples =>
    [
        ("--image imagenet --samples 50000 --seed 1 --npz s.npz --shard $SLURM_ARRAY_TASK_ID/64", "the command of a Slurm array: sbatch --array=0-63"),
        ("--image imagenet --samples 50000 --seed 1 --npz s.npz --shard $JOB_COMPLETION_INDEX/64", "the same in a Kubernetes job: completionMode Indexed, completions 64, a shared folder"),
        ("join samples.npz s.shard-*.npz", "when all are done: the file that one run without --shard would have written"),
    ];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        string output = arguments.GetValue(target) ?? throw new InvalidRequestException("join needs a file to write and the shards: narvk join OUT.npz SHARDS...");
        string[] typed = arguments.GetValue(shards) is { Length: > 0 } given
            ? given
            : throw new InvalidRequestException($"join needs the shards: narvk join {output} SHARDS...");
        string path = console.Resolve(output);
        if (typed.Any(file => console.Resolve(file) == path))
        {
            throw new InvalidRequestException($"{output} is to be written, and is among the shards; 'narvk join' takes the file to write first");
        }
        RunReport report = new() { Command = Name };
        Reporter reporter = new(console, verbosity);
        ShardSet set = ShardSet.Open(typed.Select(file => FinishedShard.Open(console.Resolve(file), file)).ToList());
        reporter.Progress.Show(show => report.Time("write", () =>
        {
            long done = 0;
            NpzFile.Write(path, set.Shape, write =>
            {
                foreach (FinishedShard shard in set.Shards)
                {
                    shard.Copy(bytes =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        write(bytes);
                        done += bytes.Length;
                        show(new WorkState("joining", (double)done / set.DataBytes, $"shard {shard.Shard}"));
                    });
                }
            });
            return done;
        }));
        foreach (string device in set.FurtherDevices)
        {
            reporter.Note($"shards were made on {set.Shards[0].Header.Device} and on {device}; rounding may differ in the last bit");
        }
        report.AddFile(output);
        reporter.Finish(report, json =>
        {
            json.WriteNumber("shards", set.Shards.Count);
            json.WriteNumber("samples", set.Shape[0]);
        });
        return ExitCodes.Done;
    }
}
