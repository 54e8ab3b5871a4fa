namespace NarVulkan.Endurance;

/// <summary>Requests of many kinds, drawn from a seed: the same number gives the same request everywhere.</summary>
/// <param name="info">The model that is asked.</param>
/// <param name="seed">Decides all of them.</param>
internal sealed class Requests(NarModelInfo info, int seed)
{
    private const int MostSamples = 8;

    /// <summary>Request <paramref name="index"/>: classes, number of samples, guidance and sampling are drawn; every fourth is decoded.</summary>
    public NarGenerationRequest this[int index]
    {
        get
        {
            var random = new Random(HashCode(seed, index));
            int samples = 1 + random.Next(MostSamples);
            return new NarGenerationRequest
            {
                Classes = [.. Enumerable.Range(0, samples).Select(_ => random.Next(Math.Max(1, info.ClassCount)))],
                Seed = (ulong)random.NextInt64(),
                Sampling = new NarSampling
                {
                    Greedy = random.Next(4) == 0,
                    GuidanceScale = random.Next(3) switch { 0 => 1f, 1 => info.Sampling.GuidanceScale, _ => 2.5f },
                    Temperature = 0.5f + random.NextSingle(),
                    TopK = random.Next(2) * 50,
                    TopP = random.Next(2) == 0 ? 1f : 0.9f,
                },
                DecodeFrames = info.HasTokenizer && index % 4 == 0,
            };
        }
    }

    // Random's own seeding makes neighbours alike; System.HashCode differs from process to process.
    private static int HashCode(int seed, int index) => unchecked((int)((uint)(seed * 486187739 + index) * 2654435761u));
}
