using System.Runtime.InteropServices;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli;

/// <summary>
/// Ctrl+C and its relatives. The first asks the work to stop, which cleans up after itself; should it not have stopped within a second -
/// a driver may be busy with a long submission - the process ends anyway. A second Ctrl+C ends it at once.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);

    /// <summary>For the last line, which a terminal that has stopped taking output never takes.</summary>
    private static readonly TimeSpan PatienceForWords = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly CliConsole console;
    private Timer? watchdog;
    private int signals;

    public Interruption(CliConsole console)
    {
        this.console = console;
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        watchdog?.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1)
        {
            EndNow();
        }
        watchdog = new Timer(_ => EndNow(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work was done at that moment; the program is about to end by itself.
            watchdog.Dispose();
        }
    }

    private void EndNow()
    {
        UnfinishedFiles.OfThisProcess.DeleteAll();
        // On a thread of its own: one that is blocked in a write to a frozen terminal holds the console's lock for good.
        Thread words = new(SayCancelled) { IsBackground = true };
        words.Start();
        words.Join(PatienceForWords);
        // Work goes on meanwhile, and may have been about to make one.
        UnfinishedFiles.OfThisProcess.DeleteAll();
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCodes.Cancelled);
        }
        // Not Environment.Exit: it runs the destructors of a driver whose threads are still at work.
        ExitProcess(ExitCodes.Cancelled);
    }

    private void SayCancelled()
    {
        const string showCursor = "\u001b[?25h";
        try
        {
            console.Error.WriteLine(console.ErrorIsTerminal ? $"\r{showCursor}narvk: cancelled" : "narvk: cancelled");
            console.Error.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody is there to be told; an exception here would end the process with another code.
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitProcess(int code);
}
