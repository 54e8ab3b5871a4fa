using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Arrays of the golden cases, and comparisons that say where two arrays differ.</summary>
internal static class Golden
{
    public static int[] Ints(string fixture) => NpyFile.Read(TestPaths.Fixture(fixture)).ToInts();

    public static float[] Floats(string fixture) => NpyFile.Read(TestPaths.Fixture(fixture)).ToFloats();

    /// <summary>The text condition of a golden case, padded on the left: two samples.</summary>
    public static NarTextCondition Text(string name) => new()
    {
        Features = Floats($"golden/{name}/in__cond_left_padded.npy"),
        Mask = Ints($"golden/{name}/in__emb_mask_left_padded.npy"),
    };

    /// <summary>Fails where any two elements differ by more than <paramref name="tolerance"/>, or one is no number.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            if (!(difference <= worst))
            {
                worst = double.IsNaN(difference) ? double.PositiveInfinity : difference;
                at = i;
            }
        }
        Assert.True(worst <= tolerance, $"largest difference {worst:g4} at {at}: {expected[at]} against {actual[at]}; allowed {tolerance:g4}");
    }
}
