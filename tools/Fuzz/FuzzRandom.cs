namespace NarVulkan.Fuzz;

/// <summary>Random numbers that are the same everywhere and for ever (SplitMix64), so that a seed names an input.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>A seed of its own for each of two numbers.</summary>
    public static FuzzRandom For(ulong seed, ulong stream, ulong index)
        => new(Mix(Mix(seed ^ 0x9E3779B97F4A7C15) + stream * 0xD1B54A32D192ED03) + index * 0x2545F4914F6CDD1D);

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>0 up to but not <paramref name="end"/>; 0 for an end of 0.</summary>
    public int Below(int end) => end <= 0 ? 0 : (int)(Next() % (ulong)end);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
