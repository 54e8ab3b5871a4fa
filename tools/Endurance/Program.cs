using System.CommandLine;
using NarVulkan;
using NarVulkan.Endurance;
using NarVulkan.Vulkan;

// Long runs; README.md says what each shows and what it takes.
Option<string> device = new("--device") { Description = "as narvk takes it", DefaultValueFactory = _ => "auto" };
Option<DirectoryInfo> model = new("--model") { Description = "a model folder", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("weights", "demo-video")) };
Option<int> generations = new("--generations") { Description = "how many", DefaultValueFactory = _ => 1000 };
Option<int> seed = new("--seed") { Description = "decides what is asked for", DefaultValueFactory = _ => 1 };
Option<FileInfo?> csv = new("--csv") { Description = "a line of memory and time for each generation" };
Option<int> threads = new("--threads") { Description = "threads, with a device of their own each", DefaultValueFactory = _ => 1 };
Option<bool> sessions = new("--sessions") { Description = "the threads have a session each on one device and one model, and submit step by step" };
Option<int> load = new("--load") { Description = "threads that keep processors busy during every second round of the eight requests", DefaultValueFactory = _ => 0 };

Command soak = new("soak", "mixed generations; memory of host and device stays flat") { device, model, generations, seed, csv };
soak.SetAction((arguments, cancellation) => Task.FromResult(Guard(() =>
{
    using NarContext context = NarContext.Create(new NarContextOptions { Device = arguments.GetValue(device)! });
    using NarModel loaded = NarModel.Load(context, arguments.GetValue(model)!.FullName);
    using StreamWriter? file = arguments.GetValue(csv) is { } path ? path.CreateText() : null;
    file?.WriteLine(SoakRow.Header);
    IReadOnlyList<SoakRow> rows = SoakRun.Run(context, loaded, arguments.GetValue(generations), arguments.GetValue(seed), row =>
    {
        file?.WriteLine(row);
        // Whoever watches, or stops the run, has every line.
        file?.Flush();
        Count(row.Index + 1);
    }, cancellation);
    SoakVerdict verdict = SoakVerdict.Of(rows, withRecords: context.Vulkan.Validation is not null);
    Console.WriteLine($"{context.Device.Name}, {context.Device.Driver}: {rows.Count} generations, {rows.Sum(row => row.Samples)} samples in {rows.Sum(row => row.Seconds):0} s; {Validation(context)}");
    Console.WriteLine(verdict);
    return verdict.IsFlat && context.Vulkan.ValidationMessageCount == 0;
})));

Command determinism = new("determinism", "the same requests in other company; every token is the same") { device, model, generations, seed, threads, sessions, load };
determinism.SetAction((arguments, cancellation) => Task.FromResult(Guard(() =>
{
    IReadOnlyList<string> differences = DeterminismRun.Run(
        () => NarContext.Create(new NarContextOptions { Device = arguments.GetValue(device)! }), arguments.GetValue(model)!.FullName,
        arguments.GetValue(generations), arguments.GetValue(threads), arguments.GetValue(sessions), arguments.GetValue(load), arguments.GetValue(seed), Count, cancellation);
    foreach (string difference in differences)
    {
        Console.WriteLine(difference);
    }
    Console.WriteLine($"{arguments.GetValue(generations)} generations on {arguments.GetValue(threads)} threads{(arguments.GetValue(sessions) ? " with a session each on one device" : "")}, {arguments.GetValue(load)} busy ones beside: {differences.Count} differences");
    return differences.Count == 0;
})));

Option<long> growth = new("--growth") { Description = "MiB that the process may take, at the median pace of five parts", DefaultValueFactory = _ => 8 };

Command cycles = new("cycles", "a model and a session made, used and disposed; memory ends where it was") { device, generations, growth };
cycles.SetAction((arguments, _) => Task.FromResult(Guard(() =>
{
    using NarContext context = NarContext.Create(new NarContextOptions { Device = arguments.GetValue(device)! });
    (long process, long all, long deviceBytes) = CyclesRun.Run(context, arguments.GetValue(generations), Count);
    Console.WriteLine($"{context.Device.Name}, {context.Device.Driver}: {arguments.GetValue(generations)} cycles, {process / 1024} KiB more of the process at the median pace ({all / 1024} in all), {deviceBytes} bytes more of the device; {Validation(context)}");
    return process <= arguments.GetValue(growth) << 20 && deviceBytes == 0 && context.Vulkan.ValidationMessageCount == 0;
})));

Option<bool> greedy = new("--greedy") { Description = "take the likeliest token instead of drawing" };
Option<DirectoryInfo> output = new("--out") { Description = "folder for tokens and logits", Required = true };
Argument<DirectoryInfo[]> folders = new("FOLDERS") { Description = "two that 'tokens' wrote on different drivers, with the same options", Arity = new ArgumentArity(2, 2) };

Command tokens = new("tokens", "keep tokens and logits of every class, to compare drivers with") { device, model, seed, greedy, output };
tokens.SetAction((arguments, cancellation) => Task.FromResult(Guard(() =>
{
    using NarContext context = NarContext.Create(new NarContextOptions { Device = arguments.GetValue(device)! });
    using NarModel loaded = NarModel.Load(context, arguments.GetValue(model)!.FullName);
    Agreement.Write(loaded, loaded.Info.Sampling with { Greedy = arguments.GetValue(greedy) }, (ulong)arguments.GetValue(seed), arguments.GetValue(output)!.FullName, cancellation);
    Console.WriteLine($"{context.Device.Name}, {context.Device.Driver}");
    return true;
})));

Command compare = new("compare", "how far two drivers agree, and what each first difference comes from") { device, model, seed, greedy, folders };
compare.SetAction((arguments, cancellation) => Task.FromResult(Guard(() =>
{
    // For the order of generation and the settings; nothing is generated.
    using NarContext context = NarContext.Create(new NarContextOptions { Device = arguments.GetValue(device)! });
    using NarModel loaded = NarModel.Load(context, arguments.GetValue(model)!.FullName);
    DirectoryInfo[] both = arguments.GetValue(folders)!;
    IReadOnlyList<SampleAgreement> samples = Agreement.Compare(
        loaded.Generator!.Weights.Schedule, loaded.Info.Sampling with { Greedy = arguments.GetValue(greedy) }, (ulong)arguments.GetValue(seed), both[0].FullName, both[1].FullName);
    foreach (string line in Agreement.Describe(samples))
    {
        Console.WriteLine(line);
    }
    return samples.All(sample => sample.IsExplained);
})));

return new RootCommand("Long runs: what only many generations show.") { soak, determinism, cycles, tokens, compare }.Parse(args).Invoke();

static string Validation(NarContext context) =>
    context.Vulkan.Validation is null ? "not validated (NARVK_VALIDATION=1 does)" : $"{context.Vulkan.ValidationMessageCount} validation messages";

static void Count(int done)
{
    if (done % 50 == 0)
    {
        Console.Error.WriteLine(done);
    }
}

static int Guard(Func<bool> run)
{
    try
    {
        return run() ? 0 : 1;
    }
    catch (Exception e) when (e is NarException or InvalidOperationException)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
}
