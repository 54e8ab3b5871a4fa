namespace NarVulkan.Fuzz;

/// <summary>
/// Feeds inputs to the readers in turn. What an input is depends on the seed, its number, and on what was kept before it: inputs to which a
/// reader says something new are changed further, which leads past the outer checks without measuring coverage.
/// </summary>
internal sealed class FuzzSession : IDisposable
{
    private const int MostKept = 3000;
    private const int LongestKept = 1 << 15;
    private const int MinimisingRuns = 400;

    /// <summary>Of so many inputs one is a large one, of 2^16 to 2^21 bytes, and rarely of 2^23: reading them takes longer than all others.</summary>
    private const int GrowOneIn = 256, LeastGrown = 16, MostGrown = 21, RarelyGrown = 23;

    private readonly ulong seed;
    private readonly string scratch;
    private readonly IReadOnlyList<FuzzTarget> targets;
    private readonly List<List<byte[]>> pools;
    private readonly HashSet<string> signatures = new(StringComparer.Ordinal);
    private readonly HashSet<string> failed = new(StringComparer.Ordinal);

    /// <param name="seed">Decides all inputs.</param>
    /// <param name="targets">The readers.</param>
    /// <param name="seeds">The inputs that each begins with.</param>
    /// <param name="scratch">A folder to write inputs into, best one in memory; it is made, and goes with the session.</param>
    public FuzzSession(ulong seed, IReadOnlyList<FuzzTarget> targets, Func<string, IReadOnlyList<byte[]>> seeds, string scratch)
    {
        this.seed = seed;
        this.targets = targets;
        this.scratch = scratch;
        pools = [.. targets.Select(target => seeds(target.Name).ToList())];
        foreach (FuzzTarget target in targets)
        {
            Directory.CreateDirectory(Folder(target));
            target.Prepare(Folder(target));
        }
    }

    public List<FuzzFailure> Failures { get; } = [];

    public long Inputs { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Inputs that were enlarged.</summary>
    public long Grown { get; private set; }

    /// <summary>Different things that readers said.</summary>
    public int Signatures => signatures.Count;

    /// <summary>The seeds themselves.</summary>
    public void RunSeeds()
    {
        for (int i = 0; i < targets.Count; i++)
        {
            foreach (byte[] input in pools[i].ToList())
            {
                Try(i, -1, input);
            }
        }
    }

    /// <summary>The input of a number.</summary>
    public void Run(long index)
    {
        int at = (int)(index % targets.Count);
        List<byte[]> pool = pools[at];
        FuzzRandom random = FuzzRandom.For(seed, (ulong)at, (ulong)index);
        // The newest half as often as all of them: what was found last leads on.
        byte[] from = random.OneIn(2) ? random.Pick(pool) : pool[pool.Count - 1 - random.Below((pool.Count + 1) / 2)];
        byte[] input = (byte[])from.Clone();
        if (random.OneIn(GrowOneIn))
        {
            int size = 1 << (LeastGrown + random.Below(1 + (random.OneIn(16) ? RarelyGrown : MostGrown) - LeastGrown));
            input = targets[at].Grow(input, random, size);
            Grown++;
            if (!random.OneIn(4))
            {
                // Mostly as it is: damage would have it refused before the end.
                Try(at, index, input);
                return;
            }
        }
        Try(at, index, targets[at].Mutate(input, random.Pick(pool), random));
    }

    /// <summary>Where a target's input lies while it is read.</summary>
    public string PathOf(FuzzTarget target) => Path.Combine(Folder(target), target.FileName);

    public void Dispose() => Directory.Delete(scratch, recursive: true);

    private string Folder(FuzzTarget target) => Path.Combine(scratch, target.Name);

    private void Try(int at, long index, byte[] input)
    {
        FuzzTarget target = targets[at];
        Inspection inspection = Inspect(target, input);
        Inputs++;
        Refused += inspection.Refused ? 1 : 0;
        if (inspection.Problem is not null)
        {
            if (failed.Add(inspection.Signature))
            {
                byte[] shortest = Minimise(target, input, inspection.Signature);
                Failures.Add(new FuzzFailure(target.Name, index, shortest, Inspect(target, shortest).Problem ?? inspection.Problem));
            }
            return;
        }
        if (signatures.Add(inspection.Signature) && input.Length <= LongestKept && pools[at].Count < MostKept)
        {
            pools[at].Add(input);
        }
    }

    private Inspection Inspect(FuzzTarget target, byte[] input)
    {
        string path = PathOf(target);
        File.WriteAllBytes(path, input);
        return Inspection.Of(target, path, input.Length);
    }

    // Leaves out pieces, ever shorter ones, as long as the same goes wrong.
    private byte[] Minimise(FuzzTarget target, byte[] input, string signature)
    {
        int runs = 0;
        for (int piece = Math.Max(input.Length / 2, 1); piece > 0 && runs < MinimisingRuns; piece /= 2)
        {
            for (int start = 0; start < input.Length && runs < MinimisingRuns; runs++)
            {
                byte[] shorter = [.. input[..start], .. input[Math.Min(start + piece, input.Length)..]];
                if (shorter.Length < input.Length && Inspect(target, shorter).Signature == signature)
                {
                    input = shorter;
                }
                else
                {
                    start += piece;
                }
            }
        }
        return input;
    }
}
