using System.Globalization;

namespace NarVulkan.Cli.Sampling;

/// <summary>One of several equal parts of a large run, each for a machine or process of its own.</summary>
/// <param name="Index">Which, from 0: as Slurm's array tasks and Kubernetes' indexed jobs count.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>What a file of this shard has in its name.</summary>
    public string Suffix => string.Create(CultureInfo.InvariantCulture, $".shard-{Index}-of-{Count}");

    /// <summary>Reads <c>i/n</c>. What is wrong with it comes back in words.</summary>
    public static bool TryParse(string text, out Shard shard, out string problem)
    {
        shard = default;
        string[] parts = text.Split('/');
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
        {
            problem = $"'{text}' is no shard; write i/n, such as 0/4 for the first of four";
            return false;
        }
        if (index >= count)
        {
            problem = $"there is no shard {text}: shards count from 0, so those of {count} are 0/{count} to {count - 1}/{count}";
            return false;
        }
        shard = new Shard(index, count);
        problem = "";
        return true;
    }

    /// <summary>The samples of this shard: from <c>First</c> up to, not including, <c>End</c>.</summary>
    public (int First, int End) RangeOf(int samples) => ((int)((long)samples * Index / Count), (int)((long)samples * (Index + 1) / Count));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
