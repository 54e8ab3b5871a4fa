namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>Which faults a sweep has: every call of a run without one, with every error that it may return.</summary>
internal sealed class FaultChoice
{
    /// <summary>
    /// How often the device is asked how far it is, and how much is handed to it at once, follows from how fast it was: a call counted in one run may
    /// not be made in the next. Every other command is called as often every time, and its fault has to come up.
    /// </summary>
    private static readonly HashSet<string> SpeedDependent = ["vkQueueSubmit", "vkWaitSemaphores", "vkGetSemaphoreCounterValue", "vkGetQueryPoolResults"];

    /// <param name="first">Calls of a run without a fault.</param>
    /// <param name="second">Those of another: where they differ, they depend on the machine's speed.</param>
    /// <param name="wanted">Which of the faults.</param>
    /// <exception cref="InvalidOperationException">The runs differ in what does not depend on the machine's speed.</exception>
    public FaultChoice(IReadOnlyDictionary<string, int> first, IReadOnlyDictionary<string, int> second, Func<Fault, bool> wanted)
    {
        string[] commands = [.. first.Keys.Union(second.Keys).Order(StringComparer.Ordinal)];
        string[] varying = [.. commands.Where(command => first.GetValueOrDefault(command) != second.GetValueOrDefault(command))];
        if (varying.Except(SpeedDependent).ToArray() is { Length: > 0 } wrong)
        {
            throw new InvalidOperationException($"two runs differ in their calls of {string.Join(", ", wrong)}");
        }

        All = [.. from command in commands
                  from occurrence in Enumerable.Range(0, Math.Min(first.GetValueOrDefault(command), second.GetValueOrDefault(command)))
                  from error in CommandErrors.Of(command)
                  let fault = new Fault(command, occurrence, error)
                  where wanted(fault)
                  select fault];
        Description = $"{second.Values.Sum()} calls of {commands.Length} commands, {All.Count} faults{(varying.Length > 0 ? $" (varying: {string.Join(", ", varying)})" : "")}";
    }

    public IReadOnlyList<Fault> All { get; }

    /// <summary>How many there are, in words.</summary>
    public string Description { get; }

    /// <summary>Whether a fault may not come up, on a machine that is faster or slower than it was.</summary>
    public static bool MayBeAbsent(Fault fault) => SpeedDependent.Contains(fault.Command);

    /// <summary>Every command once with each of its errors, at a call that differs from fault to fault; then evenly over the rest.</summary>
    public IReadOnlyList<Fault> Sample(int most)
    {
        if (All.Count <= most)
        {
            return All;
        }

        Fault[] ofEach = [.. All.GroupBy(fault => (fault.Command, fault.Error)).Select((group, i) => group.ElementAt(i * 7 % group.Count()))];
        var step = Math.Max(1, All.Count / Math.Max(1, most));
        return [.. ofEach.Where((_, i) => i % Math.Max(1, (ofEach.Length + most - 1) / most) == 0).Concat(All.Where((_, i) => i % step == step / 2)).Distinct().Take(most)];
    }
}
