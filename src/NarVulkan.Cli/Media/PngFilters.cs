namespace NarVulkan.Cli.Media;

/// <summary>The five row filters of PNG, both ways.</summary>
internal static class PngFilters
{
    private const int FilterCount = 5;

    /// <summary>
    /// Filters a row in whichever way leaves the smallest sum of absolute differences, the standard's own heuristic.
    /// <paramref name="output"/> receives the filter's number and then the row.
    /// </summary>
    public static void Apply(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel, Span<byte> output)
    {
        int best = 0;
        long bestSum = long.MaxValue;
        for (int filter = 0; filter < FilterCount; filter++)
        {
            long sum = 0;
            for (int i = 0; i < row.Length && sum < bestSum; i++)
            {
                sum += Math.Abs((int)(sbyte)(row[i] - Predict(filter, row, above, i, bytesPerPixel)));
            }
            if (sum < bestSum)
            {
                (best, bestSum) = (filter, sum);
            }
        }
        output[0] = (byte)best;
        for (int i = 0; i < row.Length; i++)
        {
            output[i + 1] = (byte)(row[i] - Predict(best, row, above, i, bytesPerPixel));
        }
    }

    /// <summary>Undoes a filter in place. False if there is no such filter.</summary>
    public static bool TryUndo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel)
    {
        if (filter is < 0 or >= FilterCount)
        {
            return false;
        }
        for (int i = 0; i < row.Length; i++)
        {
            row[i] += (byte)Predict(filter, row, above, i, bytesPerPixel);
        }
        return true;
    }

    private static int Predict(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int i, int bytesPerPixel)
    {
        int left = i >= bytesPerPixel ? row[i - bytesPerPixel] : 0;
        return filter switch
        {
            0 => 0,
            1 => left,
            2 => above[i],
            3 => (left + above[i]) / 2,
            _ => Paeth(left, above[i], i >= bytesPerPixel ? above[i - bytesPerPixel] : 0),
        };
    }

    private static int Paeth(int left, int up, int upperLeft)
    {
        int estimate = left + up - upperLeft;
        int distanceLeft = Math.Abs(estimate - left);
        int distanceUp = Math.Abs(estimate - up);
        int distanceUpperLeft = Math.Abs(estimate - upperLeft);
        if (distanceLeft <= distanceUp && distanceLeft <= distanceUpperLeft)
        {
            return left;
        }
        return distanceUp <= distanceUpperLeft ? up : upperLeft;
    }
}
