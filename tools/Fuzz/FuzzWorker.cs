using System.Diagnostics;
using System.Globalization;

namespace NarVulkan.Fuzz;

/// <summary>The process that reads the inputs. When it dies, its parent goes on behind the input that it died of.</summary>
internal static class FuzzWorker
{
    /// <summary>An input that takes longer never ends.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(30);

    /// <summary>Runs inputs and writes failures down; 0 if there were none, else 1.</summary>
    public static int Run(FuzzOptions options)
    {
        using FuzzStatus status = new(options.StatusPath);
        using FuzzSession session = new(options.Seed, options.Targets, Corpus.Of, options.Scratch);
        using Timer watchdog = new(_ => Watch(status));
        watchdog.Change(Endless, Endless);
        session.RunSeeds();
        long start = Stopwatch.GetTimestamp(), reported = start;
        int written = 0;
        for (long index = options.First; index < options.Inputs; index++)
        {
            status.Index = index;
            session.Run(index);
            for (; written < session.Failures.Count; written++)
            {
                Write(session.Failures[written], options.Failures);
            }
            if (Stopwatch.GetElapsedTime(reported) > ReportEvery)
            {
                reported = Stopwatch.GetTimestamp();
                Report(session, index + 1, options, start);
            }
        }
        Report(session, options.Inputs, options, start);
        return session.Failures.Count == 0 ? 0 : 1;
    }

    private static long watched = -1;

    private static void Watch(FuzzStatus status)
    {
        if (watched == status.Index)
        {
            Environment.FailFast($"input {watched} has taken more than {Endless.TotalSeconds} s");
        }
        watched = status.Index;
    }

    private static void Write(FuzzFailure failure, string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{failure.Target}-{failure.Index}");
        File.WriteAllBytes(path + ".bin", failure.Input);
        File.WriteAllText(path + ".txt", failure.Problem + "\n");
        Console.WriteLine($"FAILURE {path}.bin: {failure.Problem.Split('\n')[0]}");
    }

    private static void Report(FuzzSession session, long inputs, FuzzOptions options, long start) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{inputs:N0} inputs, seed {options.Seed}: {100.0 * session.Refused / Math.Max(session.Inputs, 1):f1}% refused, {session.Grown:N0} of them large, {session.Signatures:N0} different outcomes, {session.Failures.Count} failures, {Stopwatch.GetElapsedTime(start).TotalSeconds:f0} s"));
}
