namespace NarVulkan.Tests;

/// <summary>Test inputs from a seeded generator.</summary>
internal static class RandomData
{
    /// <summary>Normally distributed values (Box and Muller, 1958).</summary>
    public static float[] Normal(Random random, int count, float deviation = 1f)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2.0 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
