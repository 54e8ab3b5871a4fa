using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NarVulkan.Fuzz;

// Feeds mutated files to every reader: dotnet run -c Release --project tools/Fuzz -- --inputs 1000000
Option<long> inputs = new("--inputs") { Description = "how many", DefaultValueFactory = _ => 100_000 };
Option<ulong> seed = new("--seed") { Description = "decides all of them", DefaultValueFactory = _ => 1 };
Option<string[]> names = new("--target") { Description = "only these readers: " + string.Join(", ", FuzzTargets.All.Select(target => target.Name)), AllowMultipleArgumentsPerToken = true };
Option<string> failures = new("--failures") { Description = "where failing inputs go", DefaultValueFactory = _ => Path.Combine("out", "fuzz") };
Option<string?> replay = new("--replay") { Description = "read this one file, as --target, and say what happens" };
Option<long> first = new("--first") { Hidden = true };
Option<string?> worker = new("--worker") { Hidden = true };
RootCommand command = new("Feeds mutated files to every reader and watches what they do.") { inputs, seed, names, failures, replay, first, worker };
command.SetAction(arguments =>
{
    string[] chosen = arguments.GetValue(names) ?? [];
    List<FuzzTarget> targets = [.. FuzzTargets.All.Where(target => chosen.Length == 0 || chosen.Contains(target.Name))];
    if (targets.Count == 0)
    {
        Console.Error.WriteLine($"there is no target {string.Join(", ", chosen)}");
        return 2;
    }
    if (arguments.GetValue(replay) is { } file)
    {
        return Replay(targets[0], file);
    }
    string memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
    FuzzOptions options = new(
        arguments.GetValue(inputs), arguments.GetValue(first), arguments.GetValue(seed), targets, Path.GetFullPath(arguments.GetValue(failures)!),
        arguments.GetValue(worker) ?? Path.Combine(memory, $"narvk-fuzz-{Environment.ProcessId}"));
    return arguments.GetValue(worker) is null ? Supervise(options) : FuzzWorker.Run(options);
});
// A fault of the harness itself must look like none of the reader's: it ends the process.
return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

// Starts workers until all inputs were read: one that is killed by an input is replaced behind it.
static int Supervise(FuzzOptions options)
{
    int code = 0;
    for (long next = options.First; ;)
    {
        using Process process = Process.Start(Worker(options with { First = next }))!;
        process.WaitForExit();
        using (FuzzStatus status = new(options.StatusPath))
        {
            next = status.Index + 1;
        }
        File.Delete(options.StatusPath);
        if (process.ExitCode is 0 or 1)
        {
            return Math.Max(code, process.ExitCode);
        }
        code = 1;
        FuzzTarget target = options.Targets[(int)((next - 1) % options.Targets.Count)];
        string input = Path.Combine(options.Scratch, target.Name, target.FileName);
        Directory.CreateDirectory(options.Failures);
        string kept = Path.Combine(options.Failures, $"{target.Name}-{next - 1}-crash.bin");
        if (File.Exists(input))
        {
            File.Copy(input, kept, overwrite: true);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FAILURE {kept}: the process ended with code {process.ExitCode}"));
        if (Directory.Exists(options.Scratch))
        {
            Directory.Delete(options.Scratch, recursive: true);
        }
    }
}

static ProcessStartInfo Worker(FuzzOptions options)
{
    string program = Environment.ProcessPath!;
    List<string> arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(FuzzOptions).Assembly.Location] : [];
    arguments.AddRange(["--inputs", options.Inputs.ToString(CultureInfo.InvariantCulture), "--first", options.First.ToString(CultureInfo.InvariantCulture)]);
    arguments.AddRange(["--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--failures", options.Failures, "--worker", options.Scratch]);
    return new ProcessStartInfo(program, [.. arguments, "--target", .. options.Targets.Select(target => target.Name)]);
}

static int Replay(FuzzTarget target, string file)
{
    string folder = Directory.CreateTempSubdirectory("narvk-fuzz-").FullName;
    try
    {
        target.Prepare(folder);
        string path = Path.Combine(folder, target.FileName);
        File.Copy(file, path);
        Inspection inspection = Inspection.Of(target, path, new FileInfo(path).Length);
        Console.WriteLine(inspection.Problem ?? inspection.Signature);
        return inspection.Problem is null ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}
