namespace NarVulkan.Cli.Sampling;

/// <summary>What a shard's journal begins with.</summary>
/// <param name="Settings">Everything that the samples depend on and the command line tells, named as the user would.</param>
/// <param name="Precision">How the weights were kept on the device: an automatic choice may differ between machines.</param>
/// <param name="Shape">The array's shape.</param>
/// <param name="Device">Where the shard was begun, for the record.</param>
internal sealed record JournalHeader(
    IReadOnlyList<KeyValuePair<string, string>> Settings, string Precision, IReadOnlyList<int> Shape, string Device)
{
    /// <summary>A setting; null where there is none of this name.</summary>
    public string? Setting(string name) => Settings.Where(setting => setting.Key == name).Select(setting => setting.Value).FirstOrDefault();

    /// <summary>Refuses to go on with other settings than those that the run was begun with.</summary>
    /// <param name="path">The journal, for the message.</param>
    /// <param name="own">The settings of the command.</param>
    /// <exception cref="InvalidRequestException">They differ.</exception>
    public void RequireSettings(string path, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        List<string> differences = Differences(Settings, own).Select(difference => $"{difference.Name} {difference.First} (here {difference.Second})").ToList();
        if (differences.Count > 0)
        {
            throw new InvalidRequestException(
                $"{path}: was begun with {string.Join(" and ", differences)}; repeat that command, name another output, or throw it away with --restart");
        }
    }

    /// <summary>Refuses to go on with weights or samples of another kind than those that the run was begun with.</summary>
    /// <param name="path">The journal, for the message.</param>
    /// <param name="own">What the command would begin.</param>
    /// <exception cref="InvalidRequestException">They differ.</exception>
    public void RequireWeights(string path, JournalHeader own)
    {
        if (Precision != own.Precision || !Shape.SequenceEqual(own.Shape))
        {
            throw new InvalidRequestException(
                $"{path}: was begun with weights in {Precision}, and this device takes {own.Precision}; go on with --restart, or on a device like {Device}");
        }
    }

    /// <summary>The settings that two headers differ in, with both values; "nothing" stands for one that is missing.</summary>
    public static IEnumerable<(string Name, string First, string Second)> Differences(
        IReadOnlyList<KeyValuePair<string, string>> first, IReadOnlyList<KeyValuePair<string, string>> second)
    {
        Dictionary<string, string> others = second.ToDictionary();
        foreach ((string name, string value) in first)
        {
            string other = others.Remove(name, out string? found) ? found : "nothing";
            if (other != value)
            {
                yield return (name, value, other);
            }
        }
        foreach ((string name, string value) in others)
        {
            yield return (name, "nothing", value);
        }
    }
}
