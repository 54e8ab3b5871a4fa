using System.Globalization;
using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>What came of the faults of a sweep. Threads: any may add.</summary>
internal sealed class FaultTally
{
    private readonly Lock _lock = new();
    private readonly List<string> _wrong = [];
    private int _runs, _errors, _survived, _absent, _again, _lostAtWork;

    /// <summary>What was not as it should be.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>A run with a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="run">What came of it.</param>
    /// <param name="left">What it left behind.</param>
    public void Add(Fault fault, FaultyRun run, IReadOnlyList<string> left)
    {
        lock (_lock)
        {
            _runs++;
            _errors += run.Failure is DeviceException ? 1 : 0;
            _survived += run.Failure is null && run.CameUp ? 1 : 0;
            _absent += run.CameUp ? 0 : 1;
            _lostAtWork += run.LostAtWork ? 1 : 0;
            if ((run.Failure is not null && (!run.CameUp || run.Failure.GetType() != FaultyRun.ExceptionOf(fault.Error))) || left.Count > 0 || run.Messages > 0)
            {
                _wrong.Add(Text($"{fault}", run, left));
            }

            if (!run.CameUp && !FaultChoice.MayBeAbsent(fault))
            {
                _wrong.Add($"{fault}: did not come up");
            }
        }
    }

    /// <summary>A run without a fault on a fresh device, after one with it.</summary>
    public void AddAgain(Fault fault, FaultyRun run, IReadOnlyList<string> left)
    {
        lock (_lock)
        {
            _again++;
            if (run.Failure is not null || left.Count > 0 || run.Messages > 0)
            {
                _wrong.Add(Text($"a fresh device after {fault}", run, left));
            }
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_runs} run: {_errors} errors, {_survived} did without, {_absent} did not come up, {_again} again on a fresh device, {_lostAtWork} lost at work, {_wrong.Count} wrong");

    private static string Text(string what, FaultyRun run, IReadOnlyList<string> left) =>
        $"{what}: {run.Failure?.GetType().Name ?? "no error"} {run.Failure?.Message}; left: {string.Join(", ", left)}; {run.Messages} validation messages";
}
