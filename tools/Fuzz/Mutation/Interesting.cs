namespace NarVulkan.Fuzz.Mutation;

/// <summary>Numbers at which arithmetic goes wrong.</summary>
internal static class Interesting
{
    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 63, 64, 127, 128, 255, 256, 1000, 4095, 4096, 32767, 32768, 65535, 65536, 1 << 20, 1 << 24, (1 << 26) + 1,
        int.MaxValue - 1, int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L, 1L << 40, 1L << 53, 1L << 61, 1L << 62, long.MaxValue - 1, long.MaxValue,
    ];

    /// <summary>One of them, its negative, or a number near a length that the file has.</summary>
    public static long Number(FuzzRandom random, long length = 0)
    {
        if (length > 0 && random.OneIn(3))
        {
            return length + random.Below(9) - 4;
        }
        long number = random.Pick(Numbers);
        return random.OneIn(5) ? -number : random.OneIn(20) ? long.MinValue : number;
    }
}
